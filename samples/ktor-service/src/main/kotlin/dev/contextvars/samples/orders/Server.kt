// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import com.zaxxer.hikari.HikariDataSource
import dev.contextvars.ktor.contextPerCall
import io.ktor.http.ContentType
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationStopped
import io.ktor.server.application.install
import io.ktor.server.application.serverConfig
import io.ktor.server.auth.Authentication
import io.ktor.server.auth.UserIdPrincipal
import io.ktor.server.auth.authenticate
import io.ktor.server.auth.basic
import io.ktor.server.engine.EmbeddedServer
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.http.HttpRequestLifecycle
import io.ktor.server.netty.Netty
import io.ktor.server.netty.NettyApplicationEngine
import io.ktor.server.plugins.contentnegotiation.ContentNegotiation
import io.ktor.server.plugins.statuspages.StatusPages
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import org.slf4j.LoggerFactory

typealias OrdersServer = EmbeddedServer<NettyApplicationEngine, NettyApplicationEngine.Configuration>

/** Checks a name and a password. */
typealias Passwords = (name: String, password: String) -> Boolean

/**
 * Creates the service without starting it; stopping it closes the database and the client.
 *
 * Context variables need only the element in the parent context. Ktor launches a coroutine for each call, which gets a
 * copy of the parent's context. Each call therefore starts with its own empty context, which all code of the call
 * shares.
 */
fun ordersServer(
    port: Int,
    database: HikariDataSource,
    precision: PrecisionClient,
    passwords: Passwords,
): OrdersServer =
    embeddedServer(
        Netty,
        serverConfig {
            parentCoroutineContext = contextPerCall()
            module { service(database, precision, passwords) }
        },
    ) {
        connector {
            host = "127.0.0.1"
            this.port = port
        }
        shutdownGracePeriod = 1_000
        shutdownTimeout = 10_000
    }

private fun Application.service(database: HikariDataSource, precision: PrecisionClient, passwords: Passwords) {
    val transactions = Transactions(database)
    monitor.subscribe(ApplicationStopped) {
        precision.close()
        database.close()
        LoggerFactory.getLogger("server").info("stopped")
    }

    install(StatusPages) { problems() }
    install(Draining)
    install(ReceiveBaggage)
    install(RequestIds)
    install(HttpRequestLifecycle) { cancelCallOnClose = true } // rolls back the transaction if the client disconnects
    install(ContentNegotiation) { register(ContentType.Application.Json, JsonConverter) }
    install(Authentication) {
        basic {
            realm = "orders"
            validate { (name, password) -> if (passwords(name, password)) UserIdPrincipal(name) else null }
        }
    }
    routing {
        route("/orders") {
            install(Tenancy) { this.transactions = transactions }
            authenticate(optional = true) {
                install(Users)
                orders(transactions, OrderRepository(), precision)
            }
        }
    }
}
