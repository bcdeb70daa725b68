// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.docs

import dev.contextvars.ContextVar
import dev.contextvars.ktor.contextPerCall
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.call
import io.ktor.server.application.serverConfig
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing

// snippet: server
val tenant = ContextVar("tenant", "none")

fun server(httpPort: Int) = embeddedServer(
    Netty,
    serverConfig {
        parentCoroutineContext = contextPerCall()
        module {
            intercept(ApplicationCallPipeline.Plugins) {
                tenant.set(call.request.headers["X-Tenant"] ?: "none")
            }
            routing { get("/") { call.respondText("Orders of ${tenant.get()}") } }
        }
    },
) {
    connector {
        host = "127.0.0.1"
        port = httpPort
    }
}
// end: server
