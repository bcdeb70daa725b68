// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.ktor

import dev.contextvars.ContextVar
import dev.contextvars.ktor.contextPerCall
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.slf4j.MDCContext
import kotlinx.coroutines.withContext
import org.slf4j.MDC
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

internal const val TENANT = "X-Tenant"
internal const val REQUEST_ID = "X-Request-Id"

/**
 * One small service, in as many forms as there are ways for a call's tenant and request id to reach the code that needs
 * them. All forms do the same otherwise: they take both from headers, hop to [Dispatchers.IO] and answer with both.
 */
@Suppress("ktlint:standard:enum-entry-name-case", "EnumEntryName") // the names are those in the results
internal enum class Contender {
    /** As parameters. */
    none {
        override fun Application.service() {
            routing {
                get("/") {
                    val tenant = call.header(TENANT)
                    val requestId = call.header(REQUEST_ID)
                    call.respondText(withContext(Dispatchers.IO) { "$tenant $requestId" })
                }
            }
        }
    },

    /** As context variables, in the Context that the library gives each call. */
    contextvars {
        private val tenant = ContextVar<String>("tenant")
        private val requestId = ContextVar<String>("requestId")

        override fun parent() = contextPerCall()

        override fun Application.service() {
            routing {
                get("/") {
                    tenant.set(call.header(TENANT))
                    requestId.set(call.header(REQUEST_ID))
                    call.respondText(withContext(Dispatchers.IO) { "${tenant.get()} ${requestId.get()}" })
                }
            }
        }
    },

    /** In the MDC of SLF4J, with an element around all that the handler does. */
    mdc {
        override fun Application.service() {
            routing {
                get("/") {
                    val values = mapOf(TENANT to call.header(TENANT), REQUEST_ID to call.header(REQUEST_ID))
                    withContext(MDCContext(values)) {
                        call.respondText(withContext(Dispatchers.IO) { "${MDC.get(TENANT)} ${MDC.get(REQUEST_ID)}" })
                    }
                }
            }
        }
    }, ;

    /** What the server's coroutines descend from. */
    open fun parent(): CoroutineContext = EmptyCoroutineContext

    abstract fun Application.service()

    protected fun ApplicationCall.header(name: String): String = requireNotNull(request.headers[name]) { name }
}
