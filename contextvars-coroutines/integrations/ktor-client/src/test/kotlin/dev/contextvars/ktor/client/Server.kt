// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.client

import io.kotest.core.spec.Spec
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.HttpClientEngineContainer
import io.ktor.client.engine.HttpClientEngineConfig
import io.ktor.client.engine.HttpClientEngineFactory
import io.ktor.client.plugins.defaultRequest
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.install
import io.ktor.server.engine.EmbeddedServer
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.request.header
import io.ktor.server.request.receiveText
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.response.respondTextWriter
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import io.ktor.server.sse.SSE
import io.ktor.server.sse.sse
import io.ktor.server.websocket.WebSockets
import io.ktor.server.websocket.webSocket
import kotlinx.coroutines.runBlocking
import java.util.ServiceLoader
import java.util.concurrent.ConcurrentHashMap

/** The engines on the class path, by their names. */
internal val engines: Map<String, HttpClientEngineFactory<HttpClientEngineConfig>> =
    ServiceLoader
        .load(HttpClientEngineContainer::class.java)
        .associate { "${it.factory}" to it.factory }
        .toSortedMap()

/** A server on the loopback address, for the specs of one class. */
internal class Server(spec: Spec) {
    private val server: EmbeddedServer<*, *> = embeddedServer(Netty, port = 0, host = "127.0.0.1") { routes() }
    val url: String by lazy { runBlocking { "http://127.0.0.1:${server.engine.resolvedConnectors().single().port}" } }

    init {
        server.start(wait = false)
        spec.afterSpec { server.stop(gracePeriodMillis = 0, timeoutMillis = 1_000) }
    }

    fun <T : HttpClientEngineConfig> client(
        engine: HttpClientEngineFactory<T>,
        configure: HttpClientConfig<T>.() -> Unit = {},
    ): HttpClient = HttpClient(engine) {
        defaultRequest { url(this@Server.url) }
        configure()
    }
}

private fun Application.routes() {
    install(WebSockets)
    install(SSE)
    val failed = ConcurrentHashMap.newKeySet<String>()
    routing {
        post("/echo") { call.respondText(call.receiveText()) }
        get("/stream") {
            call.respondTextWriter {
                repeat(3) {
                    write("part")
                    flush()
                }
            }
        }
        get("/unavailable") {
            val isFirst = failed.add(call.request.queryParameters[Reads.NAME]!!)
            call.respond(if (isFirst) HttpStatusCode.ServiceUnavailable else HttpStatusCode.OK)
        }
        get("/secret") {
            if (call.request.header(HttpHeaders.Authorization) == "Bearer fresh") {
                call.respond(HttpStatusCode.OK)
            } else {
                call.response.header(HttpHeaders.WWWAuthenticate, "Bearer")
                call.respond(HttpStatusCode.Unauthorized)
            }
        }
        webSocket("/webSocket") { for (frame in incoming) send(frame) }
        sse("/sse") { repeat(3) { send("event") } }
    }
}
