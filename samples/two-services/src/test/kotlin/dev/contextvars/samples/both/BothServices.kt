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

/** Values that must not leave a process: of a redacted variable, and of variables that are not listed. */
internal const val SECRET = "correct-horse-battery-staple"
internal const val UNLISTED = "value-of-a-variable-that-is-not-listed"

private val secret = ContextVar.builder<String>("secret").redacted().build()
private val unlisted = ContextVar<String>("unlisted")

/** A status and a body. */
internal data class Reply(val status: Int, val body: String)

/**
 * The service in plain Java and the one on Ktor, each with the other's address, and recorded bytes in between. In every
 * request of both, variables with [SECRET] and [UNLISTED] are set.
 */
internal class BothServices(toOrders: Set<String> = setOf("localhost"), toPrecision: Set<String> = setOf("localhost")) {
    /** What the Java service sends to the Ktor service. */
    val toOrdersWire = WireTap { ordersPort }

    /** What the Ktor service sends to the Java service. */
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

    /** Places an order of so many items, at the Ktor service itself. */
    fun order(tenant: String, items: Int) {
        val body = """{"customer": "Grace", "lines": [{"sku": "tea", "quantity": $items}]}"""
        val request = HttpRequest
            .newBuilder(URI("http://localhost:$ordersPort/orders"))
            .header("Content-Type", "application/json")
            .header("X-Tenant", tenant)
            .POST(BodyPublishers.ofString(body))
        check(http.send(request.build(), BodyHandlers.ofString()).statusCode() == 201)
    }

    /** Asks the Java service for the average, which asks the Ktor service, which asks the Java service to divide. */
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
