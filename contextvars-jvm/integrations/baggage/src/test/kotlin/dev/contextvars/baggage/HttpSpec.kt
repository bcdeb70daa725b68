// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.testing.ThreadCells
import dev.contextvars.testing.WireTap
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.Socket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.util.UUID
import java.util.concurrent.Executors

private const val SECRET = "correct-horse-battery-staple"
private const val UNLISTED = "alice-who-is-not-listed"

/** A client, a front service and a back service, with the JDK's HTTP and recorded bytes in between. */
class HttpSpec : FunSpec({
    val baggage = allListed()
    val secret = ContextVar.builder<String>("secret").redacted().build()
    val client = HttpClient.newHttpClient()
    val threads = Executors.newFixedThreadPool(2)

    fun send(uri: String): String {
        val request = HttpRequest.newBuilder(URI(uri))
        baggage.header()?.let { request.header(BaggageVariables.HEADER, it) }
        return client.send(request.build(), BodyHandlers.ofString()).body()
    }

    fun serve(answer: (HttpExchange) -> String): HttpServer {
        val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100)
        server.createContext("/") { exchange ->
            val received = baggage.read(exchange.requestHeaders[BaggageVariables.HEADER] ?: emptyList())
            val body = received.`in`(Context()).run { answer(exchange) }.toByteArray()
            exchange.sendResponseHeaders(200, body.size.toLong())
            exchange.responseBody.write(body)
            exchange.close()
        }
        server.executor = threads
        server.start()
        return server
    }

    val back =
        serve {
            val context = ContextSwap.current()!!
            "${tenant.get("none")}/${context[requestId]}/${user.get("no user")}/${context.size()}"
        }
    val backTap = WireTap(back.address.port)
    val front = serve {
        user.set(UNLISTED)
        secret.set(SECRET)
        send("http://127.0.0.1:${backTap.port}/")
    }
    val frontTap = WireTap(front.address.port)
    afterSpec {
        listOf(frontTap, backTap).forEach(WireTap::close)
        listOf(front, back).forEach { it.stop(0) }
        threads.shutdown()
    }

    test("listed variables cross two hops, and redacted and unlisted ones are not on the wire") {
        val id = UUID.randomUUID()
        val answer = Context().run {
            tenant.set("Ümlaut & Söhne, 100%")
            requestId.set(id)
            user.set(UNLISTED)
            secret.set(SECRET)
            send("http://127.0.0.1:${frontTap.port}/")
        }
        answer shouldBe "Ümlaut & Söhne, 100%/$id/no user/2"
        listOf(frontTap, backTap).forEach { tap ->
            tap.sent shouldContain
                "\r\nbaggage: tenant=%C3%9Cmlaut%20%26%20S%C3%B6hne%2C%20100%25,request-id=$id\r\n"
            tap.sent shouldNotContain SECRET
            tap.sent shouldNotContain UNLISTED
            tap.sent shouldNotContain "secret"
            tap.sent shouldNotContain "user"
        }
        ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
    }

    test("a value with a line break adds no header to the request") {
        val before = backTap.sent.length
        val answer = Context().run {
            tenant.set("acme\r\nX-Evil: 1")
            send("http://127.0.0.1:${backTap.port}/")
        }
        answer shouldBe "none/null/no user/0"
        backTap.sent.drop(before).lowercase().let { sent ->
            sent shouldNotContain "x-evil"
            sent shouldNotContain "baggage"
        }
    }

    listOf(
        "two headers" to listOf("tenant=acme", "other=1") to "acme",
        "a header in another case, with spaces" to listOf(" other=1 ,\ttenant = acme ; p = 1") to "acme",
        "an encoded line break" to listOf("tenant=a%0D%0AX-Evil:1") to "none",
        "raw UTF-8" to listOf("tenant=\u00c3\u00a4") to "none",
        "a broken code" to listOf("tenant=%") to "none",
        "a duplicate key" to listOf("tenant=first,tenant=last") to "last",
        "10,000 members in one header" to listOf("k=v,".repeat(10_000) + "tenant=acme") to "none",
        "a limit passed by the second header" to listOf("tenant=acme", "x".repeat(8_192)) to "acme",
    ).forEach { (request, tenantSeen) ->
        val (what, headers) = request
        test("a raw request with $what is answered, and its tenant is $tenantSeen") {
            rawRequest(back.address.port, headers) shouldContain "\r\n\r\n$tenantSeen/null/no user/"
        }
    }
})

/** Sends headers as they are, which no HTTP client would, and returns the response. */
private fun rawRequest(
    port: Int,
    headers: List<String>,
): String = Socket(InetAddress.getLoopbackAddress(), port).use { socket ->
    val lines = listOf("GET / HTTP/1.1", "Host: localhost", "Connection: close") + headers.map { "Baggage: $it" }
    socket.getOutputStream().write((lines.joinToString("\r\n") + "\r\n\r\n").toByteArray(Charsets.ISO_8859_1))
    socket.getInputStream().readBytes().decodeToString()
}
