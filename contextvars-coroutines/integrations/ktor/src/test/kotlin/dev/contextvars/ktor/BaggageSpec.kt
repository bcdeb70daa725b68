// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor

import dev.contextvars.ContextVar
import dev.contextvars.ktor.docs.BaggageExample
import dev.contextvars.ktor.docs.BaggageExample.tenant
import dev.contextvars.testing.ThreadCells
import dev.contextvars.testing.WireTap
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.cio.CIOEngineConfig
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.statement.bodyAsText
import io.ktor.server.application.install
import io.ktor.server.application.serverConfig
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.response.respondText
import io.ktor.server.routing.Routing
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.withContext

private const val SECRET = "correct-horse-battery-staple"
private const val UNLISTED = "alice-who-is-not-listed"

private val secret = ContextVar.builder<String>("secret").redacted().build()
private val user = ContextVar<String>("user")

/** Baggage over HTTP, through two services: client, front, back; with recorded bytes in between. */
class BaggageSpec : FunSpec({
    val plain = newClient()
    val sending = newClient { install(BaggageExample.SendBaggage) }
    afterSpec { listOf(plain, sending).forEach(HttpClient::close) }

    suspend fun crossing(backHost: String, test: suspend (front: Int, wire: WireTap) -> Unit) {
        serve({ get("/") { call.respondText(tenantAfterHop()) } }) { back ->
            WireTap(back).use { wire ->
                val front: Routing.() -> Unit = {
                    get("/") {
                        user.set(UNLISTED)
                        secret.set(SECRET)
                        delay(1)
                        call.respondText(sending.get("http://$backHost:${wire.port}/").bodyAsText())
                    }
                }
                serve(front) { test(it, wire) }
            }
        }
    }

    test("the tenant crosses two hops, and redacted and unlisted variables are not on the wire") {
        crossing(backHost = "127.0.0.1") { front, wire ->
            plain.tenantOf(front, "other=1,tenant=acme") shouldBe "acme"
            wire.sent shouldContain "\r\nbaggage: tenant=acme\r\n"
            listOf(SECRET, UNLISTED, "secret", "user", "other").forEach { wire.sent shouldNotContain it }
        }
    }

    test("no baggage goes to a host that is not named") {
        crossing(backHost = "localhost") { front, wire ->
            plain.tenantOf(front, "tenant=acme") shouldBe "none"
            wire.sent.lowercase() shouldNotContain "baggage"
        }
    }

    test("400 calls, 32 at once, each have their own tenant, and no thread keeps one") {
        val free = Semaphore(32)
        crossing(backHost = "127.0.0.1") { front, _ ->
            val answers = coroutineScope {
                (1..400).map { async { free.withPermit { plain.tenantOf(front, "tenant=t$it") } } }.awaitAll()
            }
            answers shouldBe (1..400).map { "t$it" }
            ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
        }
    }

    test("hostile headers are answered, and set nothing") {
        serve({ get("/") { call.respondText(tenantAfterHop()) } }) { port ->
            listOf("tenant=%", "tenant=a%0D%0AX-Evil:1", "tenant=a-b", "k=v,".repeat(1_500), "tenant=" + "a".repeat(41))
                .forEach { plain.tenantOf(port, it) shouldBe "none" }
        }
    }
})

/** A client without the default time-outs, which a busy machine may exceed. */
private fun newClient(configure: HttpClientConfig<CIOEngineConfig>.() -> Unit = {}) = HttpClient(CIO) {
    engine {
        requestTimeout = 0
        endpoint.connectTimeout = 60_000
    }
    configure()
}

private suspend fun HttpClient.tenantOf(port: Int, baggage: String): String =
    get("http://127.0.0.1:$port/") { header("baggage", baggage) }.bodyAsText()

private suspend fun tenantAfterHop(): String {
    delay(1)
    return withContext(Dispatchers.IO) { tenant.get("none") }
}

private suspend fun serve(routes: Routing.() -> Unit, use: suspend (port: Int) -> Unit) {
    val config = serverConfig {
        parentCoroutineContext = contextPerCall()
        module {
            install(BaggageExample.ReceiveBaggage)
            routing(routes)
        }
    }
    val server = embeddedServer(Netty, config) {
        connector {
            host = "127.0.0.1"
            port = 0
        }
    }
    server.startSuspend(wait = false)
    try {
        val (connector) = server.engine.resolvedConnectors()
        use(connector.port)
    } finally {
        server.stopSuspend(gracePeriodMillis = 0, timeoutMillis = 1_000)
    }
}
