// SPDX-License-Identifier: Apache-2.0
import dev.contextvars.ContextVar
import dev.contextvars.ktor.contextPerCall
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.call
import io.ktor.server.application.serverConfig
import io.ktor.server.cio.CIO
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import kotlin.system.exitProcess

private val tenant = ContextVar("tenant", "none")

/** A service, and two calls of it. */
fun main() {
    val server =
        embeddedServer(
            CIO,
            serverConfig {
                parentCoroutineContext = contextPerCall()
                module {
                    intercept(ApplicationCallPipeline.Plugins) {
                        call.request.headers["X-Tenant"]?.let { tenant.set(it) }
                    }
                    routing {
                        get("/") {
                            delay(5)
                            call.respondText(tenant.get())
                        }
                    }
                }
            },
        ) {
            connector {
                host = "127.0.0.1"
                port = 0
            }
        }
    server.start(wait = false)
    val port = runBlocking { server.engine.resolvedConnectors().first().port }
    val request = HttpRequest.newBuilder(URI("http://127.0.0.1:$port/"))
    val client = HttpClient.newHttpClient()
    val none = client.send(request.build(), BodyHandlers.ofString()).body()
    val acme = client.send(request.header("X-Tenant", "acme").build(), BodyHandlers.ofString()).body()
    check(acme == "acme" && none == "none") { "got $acme and $none" }
    server.stop(0, 0)
    println("passed: stdlib ${KotlinVersion.CURRENT} on JDK ${Runtime.version().feature()}")
    exitProcess(0)
}
