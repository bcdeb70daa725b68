// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor

import dev.contextvars.ContextVar
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.client.request.get
import io.ktor.client.statement.bodyAsText
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.install
import io.ktor.server.plugins.calllogging.CallLogging
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/**
 * Ktor's pipeline on an event loop restores a nested token last, which leaves the values of other thread elements on the
 * thread. Host.serve checks the threads while the server runs.
 */
class NestedRestoreSpec : FunSpec({
    val tenant = ContextVar("tenant", "none")
    val local = ThreadLocal<String>()
    val netty = Host(Engine.NETTY, isDevelopment = false, Binding.SERVER)

    test("withContext around proceed leaves no context on the event loop") {
        netty.serve({
            repeat(3) { depth ->
                intercept(ApplicationCallPipeline.Plugins) {
                    withContext(local.asContextElement("$depth")) { proceed() }
                }
            }
            routing {
                get("/") {
                    tenant.set("acme")
                    repeat(5) {
                        yield()
                        withContext(Dispatchers.IO) { }
                    }
                    call.respondText(tenant.get())
                }
            }
        }) { client -> repeat(20) { client.get("/").bodyAsText() shouldBe "acme" } }
    }

    test("CallLogging with mdc leaves no context on the event loop") {
        netty.serve({
            install(CallLogging) { mdc("tenant") { tenant.get() } }
            routing {
                get("/") {
                    tenant.set("acme")
                    yield()
                    call.respondText(tenant.get())
                }
            }
        }) { client -> repeat(20) { client.get("/").bodyAsText() shouldBe "acme" } }
    }
})
