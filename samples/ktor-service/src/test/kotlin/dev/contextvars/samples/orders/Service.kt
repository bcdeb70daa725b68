// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import com.fasterxml.jackson.databind.JsonNode
import io.ktor.server.application.Application
import kotlinx.coroutines.suspendCancellableCoroutine
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.sql.Connection
import java.sql.DriverManager
import java.util.Base64
import java.util.concurrent.CompletableFuture
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/** The real service on a free port of 127.0.0.1, with its own database, and a client of the service. */
internal class Service(tenants: List<String> = listOf("acme", "globex")) {
    private val databaseName = "test-${number.incrementAndGet()}"
    val database = openDatabase(databaseName, tenants)
    val log = LogCapture()
    private val server = ordersServer(0, database, noPrecision()) { name, password -> password == passwordOf(name) }
    private lateinit var url: String

    /** Starts the server. [extra] adds routes and interceptors for tests to the application. */
    suspend fun start(extra: Application.() -> Unit = {}) {
        log.start()
        server.startSuspend()
        server.application.extra()
        url = "http://127.0.0.1:${server.engine.resolvedConnectors().single().port}"
    }

    suspend fun stop() {
        server.stopSuspend()
        log.stop()
    }

    /** Connects to the database of the stopped service, which stays in memory until the process ends. */
    fun reopenDatabase(): Connection = DriverManager.getConnection("jdbc:h2:mem:$databaseName")

    /** Sends a request without the parts that are null. Cancellation closes the connection. */
    suspend fun send(
        method: String,
        path: String,
        body: String? = null,
        tenant: String? = "acme",
        requestId: String? = null,
        user: String? = null,
        password: String? = user?.let(::passwordOf),
        contentType: String = "application/json",
        client: HttpClient = patientClient,
    ): HttpResponse<String> {
        val request = HttpRequest
            .newBuilder(URI(url + path))
            .method(method, body?.let(BodyPublishers::ofString) ?: BodyPublishers.noBody())
            .apply {
                if (body != null) header("Content-Type", contentType)
                if (tenant != null) header("X-Tenant", tenant)
                if (requestId != null) header("X-Request-Id", requestId)
                if (user != null) header("Authorization", "Basic " + base64("$user:$password"))
            }
        return client.sendAsync(request.build(), BodyHandlers.ofString()).awaitOrAbort()
    }

    suspend fun get(path: String = "/orders", tenant: String? = "acme", requestId: String? = null) =
        send("GET", path, tenant = tenant, requestId = requestId)

    suspend fun post(body: String, tenant: String? = "acme", requestId: String? = null, user: String? = null) =
        send("POST", "/orders", body, tenant, requestId, user)

    companion object {
        private val number = AtomicInteger()
        private val patientClient = newClient()

        init {
            logAmbientValues()
        }

        /** Returns a client of an address at which no service listens. */
        private fun noPrecision() = PrecisionClient("http://localhost:1", emptySet())

        fun newClient(): HttpClient = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

        fun passwordOf(user: String) = "password of $user"

        private fun base64(text: String) = Base64.getEncoder().encodeToString(text.toByteArray())
    }
}

// The await() of kotlinx.coroutines calls cancel(false), which does not abort a request of the JDK's client.
private suspend fun <T> CompletableFuture<T>.awaitOrAbort(): T = suspendCancellableCoroutine { continuation ->
    whenComplete { value, failure ->
        if (failure == null) continuation.resume(value) else continuation.resumeWithException(failure.cause ?: failure)
    }
    continuation.invokeOnCancellation { cancel(true) }
}

internal val HttpResponse<String>.status: Int get() = statusCode()
internal val HttpResponse<String>.requestId: String get() = headers().firstValue("X-Request-Id").get()
internal val HttpResponse<String>.contentType: String get() = headers().firstValue("Content-Type").get()
internal val HttpResponse<String>.tree: JsonNode get() = json.readTree(body())

/** The JSON of an order with lines of one item each. */
internal fun draft(customer: String = "Grace", vararg skus: String = arrayOf("tea")) =
    json.writeValueAsString(OrderDraft(customer, skus.map { OrderLine(it, 1) }))
