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

// Where the ambient values come from: three interceptors, in the order in which a call meets them. There is no "wrap the
// rest of the pipeline" in any of them: what an interceptor sets, whatever comes later in the same call sees.

private const val REQUEST_ID = "X-Request-Id"
private const val TENANT = "X-Tenant"

private val log = LoggerFactory.getLogger("access")
private val logged = AttributeKey<Unit>("logged")

/** Names the call first thing, and logs how it went last thing. */
val RequestIds = createApplicationPlugin("RequestIds") {
    on(CallSetup) { call ->
        requestId.set(call.requestIdOfClient() ?: UUID.randomUUID().toString())
        call.response.header(REQUEST_ID, requestId.get())
        log.debug("{} {} begins", call.request.httpMethod.value, call.request.uri)
    }
    on(ResponseSent) { call ->
        // A response that StatusPages puts in place of another one is sent twice.
        call.attributes.computeIfAbsent(logged) {
            log.info("{} {} -> {}", call.request.httpMethod.value, call.request.uri, call.response.status()?.value)
        }
    }
}

/** Finds the tenant that the call is for, or fails the call. */
val Tenancy = createRouteScopedPlugin("Tenancy", ::TenancyConfig) {
    val config = pluginConfig
    onCall { call ->
        val id = call.request.headers[TENANT]?.takeIf(String::isNotBlank) ?: throw TenantMissing()
        if (!config.transactions.run { config.tenants.exists(id) }) throw TenantUnknown()
        tenant.set(id)
    }
}

/** Remembers who makes the call, when authentication has found out: late in the pipeline, and on every later log line. */
val Users = createRouteScopedPlugin("Users") {
    on(AuthenticationChecked) { call ->
        call.principal<UserIdPrincipal>()?.let { user.set(it.name) }
    }
}

/** What [Tenancy] needs. */
class TenancyConfig {
    lateinit var transactions: Transactions
    val tenants = TenantRepository()
}

/** The call is for a tenant, and does not say which. */
class TenantMissing : Exception()

/** The call is for a tenant that does not exist. */
class TenantUnknown : Exception()

// It goes into the log, so a client may not write just anything there.
private fun ApplicationCall.requestIdOfClient(): String? = request.headers[REQUEST_ID]?.takeIf(wellFormed::matches)

private val wellFormed = Regex("[A-Za-z0-9._-]{1,64}")
