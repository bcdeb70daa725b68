// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs.examples

import dev.contextvars.Context
import dev.contextvars.testing.Output
import dev.contextvars.testing.Snippets
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.vertx.core.Future
import io.vertx.core.Vertx
import org.eclipse.microprofile.context.ThreadContext
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS
import java.util.function.Supplier

private const val SOURCE = "docs/examples/src/test/java/dev/contextvars/docs/examples/Examples.java"

class ExamplesSpec : FunSpec({
    mapOf("grpc" to Examples::grpc, "microprofile" to Examples::microprofile).forEach { (name, example) ->
        test("the example '$name' prints the output in its comments") {
            val prints = Snippets
                .of(SOURCE)
                .single { it.name == name }
                .prints
                .shouldNotBeEmpty()
            Context().run { Output.of { example() } } shouldBe prints
            ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
        }
    }

    test("one contextual function of MicroProfile runs in a separate copy on each of four threads") {
        val threads = Executors.newFixedThreadPool(4)
        val append = Supplier { Examples.TENANT.get() + Examples.TENANT.update { "$it!" }.oldValue }
        val contextual = Context().with(Examples.TENANT, "acme").run<Supplier<String>> {
            ThreadContext.builder().build().contextualSupplier(append)
        }
        val seen = List(1_000) { threads.submit(Callable { contextual.get() }) }.map { it.get(30, SECONDS) }
        seen.toSet() shouldBe setOf("acmeacme")
        threads.submit(Callable { Examples.TENANT.get() }).get(30, SECONDS) shouldBe "nobody"
        threads.shutdown()
    }

    test("64 requests at once to the example of Vert.x see their own tenants") {
        val vertx = Vertx.vertx()
        try {
            val server = vertx
                .createHttpServer()
                .requestHandler(Examples.router(vertx))
                .listen(0, "127.0.0.1")
                .join()
            val client = HttpClient.newHttpClient()
            val answers = List(64) { "tenant$it" }.map { tenant ->
                val uri = URI("http://127.0.0.1:${server.actualPort()}/orders")
                val request = HttpRequest.newBuilder(uri).header("X-Tenant", tenant).build()
                tenant to client.sendAsync(request, BodyHandlers.ofString())
            }
            answers.map { (_, answer) -> answer.get(30, SECONDS).body() } shouldBe
                answers.map { "orders of ${it.first}" }
            ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
            Thread.getAllStackTraces().keys.count { it.name.startsWith("vert.x-") } shouldBeGreaterThan 0
        } finally {
            vertx.close().join()
        }
    }
})

private fun <T> Future<T>.join(): T = toCompletionStage().toCompletableFuture().get(30, SECONDS)
