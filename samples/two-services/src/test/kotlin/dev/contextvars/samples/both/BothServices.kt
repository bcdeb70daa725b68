// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.both

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.samples.orders.PrecisionClient
import dev.contextvars.samples.orders.openDatabase
import dev.contextvars.samples.orders.ordersServer
import dev.contextvars.samples.precision.OrdersClient
import dev.contextvars.samples.precision.PrecisionServer
import dev.contextvars.testing.WireTap
import io.ktor.server.application.ApplicationCallPipeline
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import dev.contextvars.samples.orders.user as loggedInUser

/** The value of a redacted variable; must not leave the process. */
internal const val SECRET = "correct-horse-battery-staple"

/** The value of variables that are not listed as baggage; must not leave the process. */
internal const val UNLISTED = "value-of-a-variable-that-is-not-listed"

private val secret = ContextVar.builder<String>("secret").redacted().build()
private val unlisted = ContextVar<String>("unlisted")

/** A response: its status and its body. */
internal data class Reply(val status: Int, val body: String)

/**
 * The two services, which call each other through connections whose bytes are recorded. In every request, variables are
 * set to [SECRET] and [UNLISTED].
 */
internal class BothServices(toOrders: Set<String> = setOf("localhost"), toPrecision: Set<String> = setOf("localhost")) {
    /** Records the requests of the Java service to the Ktor service. */
    val toOrdersWire = WireTap { ordersPort }

    /** Records the requests of the Ktor service to the Java service. */
    val toPrecisionWire = WireTap { precision.port() }

    private val orders = ordersServer(
        0,
        openDatabase("both-${number.incrementAndGet()}", tenants = listOf("acme", "globex")),
        PrecisionClient("http://localhost:${toPrecisionWire.port}", toPrecision),
    ) { _, _ -> true }
    private val workers = Executors.newFixedThreadPool(4)
    private val precision = Context().run {
        secret.set(SECRET)
        unlisted.set(UNLISTED)
        val client = OrdersClient(URI("http://localhost:${toOrdersWire.port}"), toOrders)
        PrecisionServer(0, Executors.newFixedThreadPool(16), workers, client)
    }
    private val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
    private var ordersPort = 0

    suspend fun start() {
        orders.startSuspend()
        orders.application.intercept(ApplicationCallPipeline.Plugins) {
            secret.set(SECRET)
            unlisted.set(UNLISTED)
            loggedInUser.set(UNLISTED)
        }
        ordersPort = orders.engine
            .resolvedConnectors()
            .single()
            .port
    }

    suspend fun stop() {
        orders.stopSuspend()
        precision.close()
        workers.shutdown()
        toOrdersWire.close()
        toPrecisionWire.close()
    }

    /** Places an order of the given number of items, directly at the Ktor service. */
    fun order(tenant: String, items: Int) {
        val body = """{"customer": "Grace", "lines": [{"sku": "tea", "quantity": $items}]}"""
        val request = HttpRequest
            .newBuilder(URI("http://localhost:$ordersPort/orders"))
            .header("Content-Type", "application/json")
            .header("X-Tenant", tenant)
            .POST(BodyPublishers.ofString(body))
        check(http.send(request.build(), BodyHandlers.ofString()).statusCode() == 201)
    }

    /**
     * Requests the average from the Java service. The Java service calls the Ktor service, which calls the Java service
     * to divide.
     */
    fun average(vararg headers: Pair<String, String>): CompletableFuture<HttpResponse<String>> {
        val request = HttpRequest.newBuilder(URI("http://localhost:${precision.port()}/average"))
        headers.forEach { (name, value) -> request.header(name, value) }
        return http.sendAsync(request.build(), BodyHandlers.ofString())
    }

    private companion object {
        val number = AtomicInteger()
    }
}

internal val HttpResponse<String>.reply: Reply get() = Reply(statusCode(), body().trim())
