// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage.docs

import com.sun.net.httpserver.HttpServer
import dev.contextvars.Context
import dev.contextvars.testing.JavadocExamples
import dev.contextvars.testing.Snippets
import dev.contextvars.testing.WireTap
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpResponse.BodyHandlers
import java.util.UUID

private const val MODULE = "contextvars-jvm/integrations/baggage/src"

class ExamplesSpec : FunSpec({
    val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10)
    server.createContext("/", Hop::handle)
    server.start()
    afterSpec { server.stop(0) }
    val client = HttpClient.newHttpClient()
    val id = UUID.randomUUID()

    fun sendAsAcme(uri: String): String = Context().run {
        Hop.TENANT.set("acme")
        Hop.REQUEST_ID.set(id)
        client.send(Hop.request(URI(uri)), BodyHandlers.ofString()).body()
    }

    test("the page's client sends baggage to a named host, and the page's server sets it") {
        WireTap(server.address.port).use { tap ->
            sendAsAcme("http://127.0.0.1:${tap.port}/") shouldBe "Orders of acme"
            tap.sent shouldContain "\r\nbaggage: tenant=acme,request-id=$id\r\n"
        }
    }

    test("the page's client sends no baggage to another host") {
        WireTap(server.address.port).use { tap ->
            sendAsAcme("http://localhost:${tap.port}/") shouldBe "Orders of nobody"
            tap.sent.lowercase() shouldNotContain "baggage"
        }
    }

    test("every example in the Javadoc is compiled, and every compiled one is shown") {
        JavadocExamples.of(Snippets.root.resolve("$MODULE/main/java")).shouldContainExactlyInAnyOrder(
            Snippets
                .of(
                    "$MODULE/test/java/dev/contextvars/baggage/docs/JavadocExamples.java",
                ).map { it.text.trimEnd() },
        )
    }
})
