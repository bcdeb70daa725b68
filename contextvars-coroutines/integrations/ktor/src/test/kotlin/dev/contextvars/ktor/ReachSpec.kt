// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.plugins.sse.sse
import io.ktor.client.plugins.websocket.webSocket
import io.ktor.server.application.Application
import io.ktor.server.application.call
import io.ktor.server.application.install
import io.ktor.server.plugins.statuspages.StatusPages
import io.ktor.server.response.respondBytesWriter
import io.ktor.server.response.respondOutputStream
import io.ktor.server.response.respondText
import io.ktor.server.routing.Routing
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import io.ktor.server.sse.SSE
import io.ktor.server.sse.sse
import io.ktor.server.websocket.WebSockets
import io.ktor.server.websocket.webSocket
import io.ktor.utils.io.writeStringUtf8
import io.ktor.websocket.Frame
import io.ktor.websocket.readText
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/** A part of a call, which answers with the value of its caller. */
private enum class Part(val route: Routing.() -> Unit, val ask: suspend HttpClient.() -> String = { ask("/") }) {
    HANDLER({
        get("/") {
            yield()
            delay(1)
            call.respondText(withContext(Dispatchers.IO) { caller.get() })
        }
    }),
    STATUS_PAGES({ get("/") { error("fails") } }),
    BYTES_WRITER({
        get("/") {
            call.respondBytesWriter {
                yield()
                delay(1)
                writeStringUtf8(caller.get())
            }
        }
    }),
    OUTPUT_STREAM({ get("/") { call.respondOutputStream { write(caller.get().toByteArray()) } } }),
    CALL_LAUNCH({
        get("/") {
            val child = call.async {
                yield() // suspends for certain; a delay may be over before the coroutine has suspended
                caller.get()
            }
            call.respondText(child.await())
        }
    }),
    WEB_SOCKET(
        {
            webSocket("/") {
                yield()
                delay(1)
                send(Frame.Text(caller.get()))
            }
        },
        {
            var answer = ""
            webSocket("/?caller=alice") { answer = (incoming.receive() as Frame.Text).readText() }
            answer
        },
    ),
    SSE_EVENT(
        {
            sse("/") {
                yield()
                delay(1)
                send(caller.get())
            }
        },
        {
            var answer = ""
            sse("/?caller=alice") { answer = incoming.first().data.orEmpty() }
            answer
        },
    ),
}

/** The parts without a context, as the KDoc of contextPerCall and ContextVars lists them, return false. */
private fun Host.reaches(part: Part): Boolean = when (part) {
    Part.HANDLER, Part.STATUS_PAGES -> true
    Part.BYTES_WRITER, Part.OUTPUT_STREAM, Part.SSE_EVENT -> engine != Engine.TEST_HOST
    Part.CALL_LAUNCH -> binding == Binding.SERVER || !isDevelopment
    Part.WEB_SOCKET -> if (binding == Binding.SERVER) engine != Engine.TEST_HOST else !isDevelopment
}

class ReachSpec : FunSpec({
    fun Application.serving(part: Part) {
        rememberCaller()
        install(StatusPages) { exception<IllegalStateException> { call, _ -> call.respondText(caller.get()) } }
        install(WebSockets)
        install(SSE)
        routing(part.route)
    }

    Host.all.forEach { host ->
        Part.entries.forEach { part ->
            val (verb, expected) = if (host.reaches(part)) "is" to "alice" else "is not" to "nobody"
            test("$part $verb in the call's context on $host") {
                host.serve({ serving(part) }) { client -> part.ask(client) shouldBe expected }
            }
        }
    }
})
