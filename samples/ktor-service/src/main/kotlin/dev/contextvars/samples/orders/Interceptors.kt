// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.createRouteScopedPlugin
import io.ktor.server.application.hooks.CallSetup
import io.ktor.server.application.hooks.ResponseSent
import io.ktor.server.auth.AuthenticationChecked
import io.ktor.server.auth.UserIdPrincipal
import io.ktor.server.auth.principal
import io.ktor.server.request.httpMethod
import io.ktor.server.request.uri
import io.ktor.server.response.header
import io.ktor.util.AttributeKey
import org.slf4j.LoggerFactory
import java.util.UUID

// Three interceptors set the ambient values, in the order in which a call passes them. None of them wraps the rest of
// the pipeline: a value that an interceptor sets is visible to everything later in the same call.

private const val REQUEST_ID = "X-Request-Id"
private const val TENANT = "X-Tenant"

private val log = LoggerFactory.getLogger("access")
private val logged = AttributeKey<Unit>("logged")

/** Sets the request id first, unless baggage has set it, and logs the result at the end of the call. */
val RequestIds = createApplicationPlugin("RequestIds") {
    on(CallSetup) { call ->
        val ofClient = call.requestIdOfClient()
        if (ofClient != null || !requestId.isSet) requestId.set(ofClient ?: UUID.randomUUID().toString())
        call.response.header(REQUEST_ID, requestId.get())
        log.debug("{} {} begins", call.request.httpMethod.value, call.request.uri)
    }
    on(ResponseSent) { call ->
        // If StatusPages replaces a response, this hook is called twice.
        call.attributes.computeIfAbsent(logged) {
            log.info("{} {} -> {}", call.request.httpMethod.value, call.request.uri, call.response.status()?.value)
        }
    }
}

/** Sets the tenant of the call, or fails the call if there is none. */
val Tenancy = createRouteScopedPlugin("Tenancy", ::TenancyConfig) {
    val config = pluginConfig
    onCall { call ->
        val received = tenant.get("") // from baggage
        val id =
            listOf(call.request.headers[TENANT], received).firstOrNull { !it.isNullOrBlank() } ?: throw TenantMissing()
        if (!config.transactions.run { config.tenants.exists(id) }) throw TenantUnknown()
        tenant.set(id)
    }
}

/** Sets the user after authentication, late in the pipeline. Every later log line has the user. */
val Users = createRouteScopedPlugin("Users") {
    on(AuthenticationChecked) { call ->
        call.principal<UserIdPrincipal>()?.let { user.set(it.name) }
    }
}

/** The configuration of [Tenancy]. */
class TenancyConfig {
    lateinit var transactions: Transactions
    val tenants = TenantRepository()
}

/** Thrown if a call does not specify its tenant. */
class TenantMissing : Exception()

/** Thrown if a call specifies a tenant that does not exist. */
class TenantUnknown : Exception()

// The id is written to the log, so a client must not choose arbitrary text.
private fun ApplicationCall.requestIdOfClient(): String? = request.headers[REQUEST_ID]?.takeIf(wellFormed::matches)

private val wellFormed = Regex("[A-Za-z0-9._-]{1,64}")
