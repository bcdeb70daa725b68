// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.both

import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.util.concurrent.Semaphore

/** Tests the two samples over HTTP: Java service → Ktor service → Java service. */
class TwoServicesSpec : FunSpec({
    val services = BothServices()
    val log = JavaLog()
    beforeSpec {
        services.start()
        listOf(1, 2).forEach { services.order("acme", it) }
        services.order("globex", 7)
    }
    afterSpec {
        services.stop()
        log.close()
    }

    test("tenant and request id travel to the Ktor service and back to the Java service") {
        val response = services.average("X-Tenant" to "acme", "X-Request-Id" to "r-1").join()
        response.reply shouldBe Reply(200, "1.5")
        log.lines shouldContain "[acme r-1] GET /divide?of=3&by=2 -> 200"
        log.lines shouldContain "[acme r-1] GET /average -> 200"
        listOf(services.toOrdersWire, services.toPrecisionWire).forEach {
            it.sent shouldContain Regex("\r\n[Bb]aggage: tenant=acme,requestId=r-1\r\n")
        }
    }

    test("neither service sends a redacted or an unlisted variable") {
        services.average("X-Tenant" to "acme").join().statusCode() shouldBe 200
        listOf(services.toOrdersWire, services.toPrecisionWire).forEach { wire ->
            listOf(SECRET, UNLISTED, "secret", "unlisted", "user", "precision").forEach { name ->
                Regex("baggage: .*$name").containsMatchIn(wire.sent.lowercase()) shouldBe false
                if (name == SECRET || name == UNLISTED) wire.sent shouldNotContain name
            }
        }
    }

    test("a header of the client takes precedence over its baggage") {
        services.average("baggage" to "tenant=globex,requestId=r-2,other=1").join().reply shouldBe Reply(200, "7")
        log.lines shouldContain "[globex r-2] GET /divide?of=7&by=1 -> 200"
        services.average("baggage" to "tenant=globex", "X-Tenant" to "acme").join().reply shouldBe Reply(200, "1.5")
        services.toOrdersWire.sent shouldNotContain "other=1"
    }

    test("invalid or oversized baggage is ignored") {
        listOf(
            "tenant=%",
            "tenant=a%0D%0AX-Evil:1",
            "tenant=a b",
            "tenant=",
            "tenant=${"a".repeat(41)}",
            "k=v,".repeat(5_000),
        ).forEach { hostile ->
            services.average("baggage" to hostile).join().reply shouldBe Reply(502, "the orders service answered 400")
            services.average("baggage" to hostile, "X-Tenant" to "acme").join().reply shouldBe Reply(200, "1.5")
        }
        services.toOrdersWire.sent.lowercase() shouldNotContain "x-evil"
    }

    test("each of 400 requests, 8 of them concurrent, returns its tenant's average") {
        val free = Semaphore(8)
        val requests = (1..400).map { number ->
            free.acquire()
            val tenant = if (number % 2 == 0) "acme" else "globex"
            val request = services.average("X-Tenant" to tenant, "X-Request-Id" to "load-$number")
            request.whenComplete { _, _ -> free.release() }
        }
        val answers = requests.map { it.join().reply }
        answers shouldBe (1..400).map { Reply(200, if (it % 2 == 0) "1.5" else "7") }
        val returned = log.lines.filter { "/divide" in it && "load-" in it }.toSet()
        val expected = (1..400).map {
            val (tenant, query) = if (it % 2 == 0) "acme" to "of=3&by=2" else "globex" to "of=7&by=1"
            "[$tenant load-$it] GET /divide?$query -> 200"
        }
        returned shouldBe expected.toSet()
        ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
    }

    test("the Java service sends no baggage to a host that is not listed") {
        withServices(toOrders = setOf("orders.internal")) {
            it.average("X-Tenant" to "acme", "X-Request-Id" to "r-3").join().reply shouldBe
                Reply(502, "the orders service answered 400") // no tenant
            it.toOrdersWire.sent.lowercase() shouldNotContain "baggage"
            it.toOrdersWire.sent shouldNotContain "acme"
        }
    }

    test("the Ktor service sends no baggage to a host that is not listed") {
        withServices(toPrecision = emptySet()) {
            it.order("acme", 5)
            it.average("X-Tenant" to "acme", "X-Request-Id" to "r-4").join().reply shouldBe Reply(200, "5")
            it.toPrecisionWire.sent.lowercase() shouldNotContain "baggage"
            it.toPrecisionWire.sent shouldNotContain "acme"
            log.lines.none { line -> "r-4" in line && "/divide" in line } shouldBe true
        }
    }
})

private suspend fun withServices(
    toOrders: Set<String> = setOf("localhost"),
    toPrecision: Set<String> = setOf("localhost"),
    test: suspend (BothServices) -> Unit,
) {
    val services = BothServices(toOrders, toPrecision)
    services.start()
    try {
        test(services)
    } finally {
        services.stop()
    }
}
