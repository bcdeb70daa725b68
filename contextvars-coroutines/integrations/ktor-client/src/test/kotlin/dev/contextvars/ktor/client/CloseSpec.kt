// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.client

import dev.contextvars.Context
import dev.contextvars.coroutines.withContext
import dev.contextvars.testing.ThreadCells
import dev.contextvars.testing.pollUntil
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.HttpClientEngineConfig
import io.ktor.client.engine.HttpClientEngineFactory
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.cancel
import kotlinx.coroutines.job

class CloseSpec : FunSpec({
    val server = Server(this)
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    suspend fun HttpClient.echo() = withContext(Context()) {
        name.set("text")
        post("/echo") { setBody(name.get()) }.bodyAsText() shouldBe "text"
    }

    engines.forEach { (engineName, factory) ->
        test("closing the client closes the engine, with $engineName") {
            val recorded = Recorded(factory)
            val client = server.client(recorded.withContextVars())
            client.echo()
            client.close()
            pollUntil { recorded.engine.coroutineContext.job.isCompleted } shouldBe true
            client.coroutineContext.job.isCompleted shouldBe true
            shouldThrow<Exception> { client.echo() }
        }

        test("closing one of two clients leaves the engine open, with $engineName") {
            val recorded = Recorded(factory)
            val client = server.client(recorded.withContextVars())
            client.config { }.use { it.echo() }
            client.echo()
            client.close()
            pollUntil { recorded.engine.coroutineContext.job.isCompleted } shouldBe true
        }

        test("cancelling the client cancels the engine, with $engineName") {
            val recorded = Recorded(factory)
            val client = server.client(recorded.withContextVars())
            client.echo()
            client.cancel(CancellationException("by the test"))
            pollUntil { recorded.engine.coroutineContext.job.isCancelled } shouldBe true
        }
    }

    test("the client has the configuration and the capabilities of its engine") {
        val recorded = Recorded(engines.getValue("CIO"))
        server.client(recorded.withContextVars()) { engine { pipelining = true } }.use { client ->
            client.engineConfig.pipelining shouldBe true
            client.engine.config shouldBe recorded.engine.config
            client.engine.dispatcher shouldBe recorded.engine.dispatcher
            client.engine.supportedCapabilities shouldBe recorded.engine.supportedCapabilities
        }
    }
})

/** Keeps the engine that it creates, to which the engine of the client delegates. */
private class Recorded(
    private val factory: HttpClientEngineFactory<HttpClientEngineConfig>,
) : HttpClientEngineFactory<HttpClientEngineConfig> {
    lateinit var engine: HttpClientEngine

    override fun create(block: HttpClientEngineConfig.() -> Unit): HttpClientEngine =
        factory.create(block).also { engine = it }
}
