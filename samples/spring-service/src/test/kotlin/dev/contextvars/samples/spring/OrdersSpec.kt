// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.spring

import dev.contextvars.testing.Output
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.springframework.boot.SpringApplication

private const val REQUESTS = 300

/** The service on a real port, and its log on the standard output. */
class OrdersSpec : FunSpec({
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    test("each log line has the tenant and the request id of its request") {
        val lines = logOf { client ->
            client.place("acme", "r-1", """{"customer": "Grace", "items": 3}""").join().let {
                it.statusCode() shouldBe 201
                it.body() shouldContain """"tenant":"acme","customer":"Grace","items":3,"requestId":"r-1""""
            }
            client.list("acme", "r-2").join().body() shouldContain """"tenant":"acme","items":3"""
        }
        // On a thread of Tomcat, and on two of Reactor.
        lines shouldContainExactlyInAnyOrder listOf(
            "INFO  [acme r-1] orders: order 1 placed for Grace (http)",
            "INFO  [acme r-2] orders: number of items (boundedElastic)",
            "INFO  [acme r-2] orders: latest orders (boundedElastic)",
        )
    }

    test("concurrent requests of many tenants read and log their own values") {
        val lines = logOf { client ->
            val pages = (1..REQUESTS).map { client.list("t-$it", "r-$it") }
            pages.forEachIndexed { index, page ->
                page.join().body() shouldBe """{"tenant":"t-${index + 1}","items":0,"latest":[]}"""
            }
        }
        lines shouldHaveSize 2 * REQUESTS
        lines.filterNot { Regex("""\[t-(\d+) r-\1]""").containsMatchIn(it) }.shouldBeEmpty()
    }

    test("a request without a well-formed tenant or body is rejected") {
        val lines = logOf { client ->
            listOf(null, "", "a b", "x".repeat(65), "acme] forged").forEach { tenant ->
                val answer = client.list(tenant, "r-1").join()
                answer.statusCode() shouldBe 400
                answer.body() shouldContain "the header X-Tenant is missing or not well-formed"
            }
            client.place("acme", "r-1", """{"customer": "Grace\n", "items": 1}""").join().statusCode() shouldBe 400
            client.place("acme", "r-1", """{"customer": "Grace", "items": 0}""").join().statusCode() shouldBe 400
        }
        lines.filter { "forged" in it }.shouldBeEmpty()
    }
})

/** Returns the log lines of the repository, without their times and the numbers of threads. */
private fun logOf(requests: (Client) -> Unit): List<String> = Output
    .of {
        val arguments = arrayOf("--server.port=0", "--spring.datasource.generate-unique-name=true")
        SpringApplication.run(OrdersApplication::class.java, *arguments).use { service ->
            requests(Client(service.environment.getRequiredProperty("local.server.port")))
        }
    }.filter { " orders: " in it }
    .map { line -> line.substringAfter(' ').replace(Regex("""\((\w+)-.*\)"""), "(\$1)") }
