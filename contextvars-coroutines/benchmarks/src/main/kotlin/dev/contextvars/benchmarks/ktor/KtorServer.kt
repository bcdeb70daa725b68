// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.ktor

import dev.contextvars.ContextVar
import dev.contextvars.benchmarks.cpuOfJavaThreads
import dev.contextvars.ktor.contextPerCall
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.serverConfig
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import kotlinx.coroutines.*
import kotlinx.coroutines.slf4j.MDCContext
import org.slf4j.MDC
import kotlin.coroutines.EmptyCoroutineContext

internal const val TENANT = "X-Tenant"
internal const val REQUEST_ID = "X-Request-Id"

/**
 * A small service in another JVM, so that its CPU time is not the client's. It takes a tenant and a request id from
 * headers, hops to [Dispatchers.IO] and answers with both; implementations differ in how both get there.
 *
 * Prints its port; then, for each line that it reads, the CPU time used so far. Ends with its input.
 */
internal object KtorServer {
    private val handlers = mapOf<String, suspend (ApplicationCall) -> String>(
        "none" to { call ->
            val (tenant, requestId) = call.headers()
            withContext(Dispatchers.IO) { "$tenant $requestId" }
        },
        "contextvars" to { call ->
            val (tenant, requestId) = call.headers()
            tenantVar.set(tenant)
            requestIdVar.set(requestId)
            withContext(Dispatchers.IO) { "${tenantVar.get()} ${requestIdVar.get()}" }
        },
        "mdc" to { call ->
            val (tenant, requestId) = call.headers()
            withContext(MDCContext(mapOf(TENANT to tenant, REQUEST_ID to requestId))) {
                withContext(Dispatchers.IO) { "${MDC.get(TENANT)} ${MDC.get(REQUEST_ID)}" }
            }
        },
    )
    private val tenantVar = ContextVar<String>("tenant")
    private val requestIdVar = ContextVar<String>("requestId")

    private fun ApplicationCall.headers() = listOf(TENANT, REQUEST_ID).map { request.headers[it]!! }

    @JvmStatic
    fun main(arguments: Array<String>) {
        val impl = arguments[0]
        val handler = handlers.getValue(impl)
        val config = serverConfig {
            parentCoroutineContext = if (impl == "contextvars") contextPerCall() else EmptyCoroutineContext
            module { routing { get("/") { call.respondText(handler(call)) } } }
        }
        val server = embeddedServer(Netty, config) {
            connector {
                host = "127.0.0.1"
                port = 0
            }
        }
        server.start(wait = false)
        println(runBlocking { server.engine.resolvedConnectors() }.single().port)
        while (readlnOrNull() != null) println(cpuOfJavaThreads())
        server.stop(gracePeriodMillis = 0, timeoutMillis = 1_000)
    }
}
