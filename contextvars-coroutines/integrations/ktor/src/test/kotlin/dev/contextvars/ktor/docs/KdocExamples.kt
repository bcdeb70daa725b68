// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.docs

import dev.contextvars.ContextVar
import dev.contextvars.ktor.ContextVars
import dev.contextvars.ktor.RouteContextVars
import dev.contextvars.ktor.contextPerCall
import io.ktor.server.application.Application
import io.ktor.server.application.call
import io.ktor.server.application.install
import io.ktor.server.application.serverConfig
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.route
import io.ktor.server.routing.routing

private val requestId = ContextVar<String>("request id")
private val role = ContextVar<Role>("role")

private enum class Role { ADMIN }

private fun newId() = "1"

/** The examples in the documentation of the functions, for the compiler: the specs of each run more than these. */
@Suppress("unused")
internal object KdocExamples {
    fun perCall() {
        // snippet: contextPerCall
        val config = serverConfig {
            parentCoroutineContext = contextPerCall()
            module { routing { get("/") { call.respondText(tenant.get()) } } }
        }
        embeddedServer(Netty, config) { connector { port = 8080 } }.start(wait = true)
        // end: contextPerCall
    }

    fun Application.initial() {
        // snippet: initial
        install(ContextVars) {
            initial { call -> requestId.set(call.request.headers["X-Request-Id"] ?: newId()) }
        }
        // end: initial
    }

    fun Application.plugin() {
        // snippet: plugin
        install(ContextVars) {
            initial { call -> tenant.set(call.request.headers["X-Tenant"] ?: "none") }
        }
        // end: plugin
    }

    fun Application.routes() = routing {
        // snippet: route
        route("/admin") {
            install(RouteContextVars) { initial { role.set(Role.ADMIN) } }
        }
        // end: route
    }
}
