// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor

import dev.contextvars.ContextVar
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.call
import io.ktor.server.application.install
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration.Companion.seconds

private val role = ContextVar("role", "guest")

class RouteSpec : FunSpec({
    fun Application.routes() = routing {
        route("/admin") {
            install(RouteContextVars) { initial { role.set("admin of ${caller.get()}") } }
            get { call.respondText(role.get()) }
            route("/root") {
                install(RouteContextVars) { initial { role.set("root, ${role.get()}") } }
                get { call.respondText(role.get()) }
            }
        }
        get("/") { call.respondText(role.get()) }
    }

    Host.all.forEach { host ->
        test("a route has its initial values and the call's on $host") {
            val application: Application.() -> Unit = {
                rememberCaller()
                routes()
            }
            host.serve(application) { client ->
                client.ask("/admin") shouldBe "admin of alice"
                client.ask("/") shouldBe "guest"
            }
        }

        test("a route's values are unset after the route on $host") {
            val after = ConcurrentLinkedQueue<String>()
            val application: Application.() -> Unit = {
                intercept(ApplicationCallPipeline.Monitoring) {
                    proceed()
                    after += "${role.get()} ${caller.get()}"
                }
                rememberCaller()
                routes()
            }
            host.serve(application) { client ->
                client.ask("/admin")
                client.ask("/admin/root")
                withTimeout(30.seconds) { while (after.size < 2) yield() } // the client has its response before
            }
            after.toList() shouldContainExactly listOf("guest alice", "guest alice")
        }

        test("an inner route replaces the outer one's values on $host") {
            val application: Application.() -> Unit = {
                rememberCaller()
                routes()
            }
            host.serve(application) { client -> client.ask("/admin/root") shouldBe "root, guest" }
        }
    }

    Engine.entries.forEach { engine ->
        test("a route has a context if the call has none on $engine") {
            val host = Host(engine, isDevelopment = false, Binding.SERVER)
            host.serve({ routes() }, parent = EmptyCoroutineContext) { client ->
                client.ask("/admin") shouldBe "admin of nobody"
            }
        }
    }
})
