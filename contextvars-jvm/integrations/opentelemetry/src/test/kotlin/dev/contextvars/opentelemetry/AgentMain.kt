// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import dev.contextvars.Context
import dev.contextvars.baggage.BaggageVariables
import dev.contextvars.coroutines.asElement
import io.opentelemetry.api.GlobalOpenTelemetry
import io.opentelemetry.context.ContextStorage
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers

/** What [JavaagentSpec] runs in a process with OpenTelemetry's javaagent; prints one result on a line. */
internal object AgentMain {
    private val client = HttpClient.newHttpClient()

    @JvmStatic
    fun main(arguments: Array<String>) {
        println("storage=${ContextStorage.get().javaClass.simpleName}")
        if ("coroutines" in arguments) coroutines()
        println("hop=${hop()}")
    }

    private fun coroutines() {
        val tracer = GlobalOpenTelemetry.getTracer("test")
        SideBySide.orders.forEach { (order, elements) -> println("$order=${SideBySide(tracer, elements).run()}") }
        println("only ours=${SideBySide(tracer) { ours, _ -> ours.asElement() }.run()}")
    }

    /** A client sends tenant=acme to a front service, which sends tenant=globex to a back service: what that sees. */
    private fun hop(): String {
        val back = serve { exchange ->
            tenant.get("none") + " from " + exchange.requestHeaders[BaggageVariables.HEADER]
        }
        val front = serve {
            check(tenant.get("none") == "acme")
            tenant.set("globex")
            send(back.address.port, listed.header())
        }
        val seen = send(front.address.port, "tenant=acme")
        listOf(front, back).forEach { it.stop(0) }
        return seen
    }

    private fun serve(answer: (HttpExchange) -> String): HttpServer {
        val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10)
        server.createContext("/") { exchange ->
            val context = listed.read(exchange.requestHeaders[BaggageVariables.HEADER] ?: emptyList()).`in`(Context())
            val body = context.run { answer(exchange) }.toByteArray()
            exchange.sendResponseHeaders(200, body.size.toLong())
            exchange.responseBody.write(body)
            exchange.close()
        }
        server.executor = java.util.concurrent.Executors
            .newCachedThreadPool { Thread(it).apply { isDaemon = true } }
        server.start()
        return server
    }

    private fun send(port: Int, baggage: String?): String {
        val request = HttpRequest.newBuilder(URI("http://localhost:$port/")).header(BaggageVariables.HEADER, baggage)
        return client.send(request.build(), BodyHandlers.ofString()).body()
    }
}
