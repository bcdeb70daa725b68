// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.ktor

import dev.contextvars.ContextVar
import dev.contextvars.benchmarks.WorkerCpu
import dev.contextvars.ktor.contextPerCall
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
 * headers, hops to [Dispatchers.IO] and answers with both; implementations differ in how both get there. `/cpu` answers
 * with the CPU time used so far. Prints its port, and ends with its input.
 */
internal object KtorServer {
    private val tenantVar = ContextVar<String>("tenant")
    private val requestIdVar = ContextVar<String>("requestId")
    private val handlers = mapOf<String, suspend (String, String) -> String>(
        "none" to { tenant, requestId -> withContext(Dispatchers.IO) { "$tenant $requestId" } },
        "contextvars" to { tenant, requestId ->
            tenantVar.set(tenant)
            requestIdVar.set(requestId)
            withContext(Dispatchers.IO) { "${tenantVar.get()} ${requestIdVar.get()}" }
        },
        "mdc" to { tenant, requestId ->
            withContext(MDCContext(mapOf(TENANT to tenant, REQUEST_ID to requestId))) {
                withContext(Dispatchers.IO) { "${MDC.get(TENANT)} ${MDC.get(REQUEST_ID)}" }
            }
        },
    )

    @JvmStatic
    @OptIn(DelicateCoroutinesApi::class) // the global scope adds nothing to the coroutine context
    fun main(arguments: Array<String>) {
        val (impl) = arguments
        val handler = handlers.getValue(impl)
        val parent = if (impl == "contextvars") contextPerCall() else EmptyCoroutineContext
        val server = GlobalScope.embeddedServer(Netty, port = 0, host = "127.0.0.1", parentCoroutineContext = parent) {
            routing {
                get("/") {
                    val (tenant, requestId) = listOf(TENANT, REQUEST_ID).map { call.request.headers[it]!! }
                    call.respondText(handler(tenant, requestId))
                }
                get("/cpu") { call.respondText("${WorkerCpu.cpuTime()}") }
            }
        }
        server.start(wait = false)
        println(runBlocking { server.engine.resolvedConnectors() }.single().port)
        readlnOrNull()
        server.stop(gracePeriodMillis = 0, timeoutMillis = 1_000)
    }
}
