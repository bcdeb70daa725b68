// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.client

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngineFactory
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.sse.sse
import io.ktor.client.plugins.websocket.WebSockets
import io.ktor.client.plugins.websocket.webSocket
import io.ktor.websocket.Frame
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

private const val ROUNDS = 30

/** WebSockets and server-sent events. */
class SessionsSpec : FunSpec({
    val server = Server(this)
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    suspend fun readsOf(
        engine: HttpClientEngineFactory<*>,
        session: suspend HttpClient.(String, Reads) -> Unit,
    ): Map<String, String> {
        val reads = Reads()
        val client = server.client(engine) {
            install(WebSockets)
            install(SSE)
        }
        client.use {
            coroutineScope {
                repeat(ROUNDS) { number ->
                    launch(Context().asElement()) {
                        name.set("r$number")
                        client.session("r$number", reads)
                    }
                }
            }
        }
        return reads.summary(ROUNDS)
    }

    engines.filterKeys { it != "Apache5" }.forEach { (engineName, engine) ->
        test("a WebSocket session reads the caller's values, and launches copies, with $engineName") {
            val reads = mapOf("session" to OWN, "session, after a frame" to OWN, "session.launch" to OWN)
            readsOf(engine.withContextVars(), HttpClient::useWebSocket) shouldBe reads
            readsOf(engine, HttpClient::useWebSocket) shouldBe reads + ("session.launch" to DEFAULT)
        }
    }

    engines.forEach { (engineName, engine) ->
        test("a session of server-sent events reads the caller's values, and launches copies, with $engineName") {
            val reads = mapOf("session" to OWN, "event" to OWN, "session.launch" to OWN)
            readsOf(engine.withContextVars(), HttpClient::useEvents) shouldBe reads
            readsOf(engine, HttpClient::useEvents) shouldBe reads + ("session.launch" to DEFAULT)
        }
    }
})

private suspend fun HttpClient.useWebSocket(round: String, reads: Reads) = webSocket("/webSocket") {
    reads.read(round, "session")
    launch { reads.read(round, "session.launch") }.join()
    repeat(3) {
        send(Frame.Text(round))
        incoming.receive()
        reads.read(round, "session, after a frame")
    }
}

private suspend fun HttpClient.useEvents(round: String, reads: Reads) = sse("/sse") {
    reads.read(round, "session")
    launch { reads.read(round, "session.launch") }.join()
    incoming.collect { reads.read(round, "event") }
}
