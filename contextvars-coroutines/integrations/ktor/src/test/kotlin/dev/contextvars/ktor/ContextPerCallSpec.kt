// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.hasContextElement
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.application
import io.ktor.server.application.call
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

private val service = ContextVar("service", "none")

class ContextPerCallSpec : FunSpec({
    Host.all.filter { it.binding == Binding.SERVER }.forEach { host ->
        test("each call has a copy of the initial context on $host") {
            val initial = Context().also { it.execute { service.set("orders") } }
            val application: Application.() -> Unit = {
                intercept(ApplicationCallPipeline.Setup) { service.set(service.get() + "!") }
                routing { get("/") { call.respondText(service.get()) } }
            }
            host.serve(application, parent = contextPerCall(initial)) { client ->
                repeat(3) { client.ask("/") shouldBe "orders!" }
                initial[service] shouldBe "orders"
            }
        }

        test("application.async copies the initial context on $host") {
            val initial = Context().also { it.execute { service.set("orders") } }
            val application: Application.() -> Unit = {
                intercept(ApplicationCallPipeline.Setup) { service.set("call") }
                routing {
                    get("/") {
                        val answer = call.application.async { service.get().also { service.set("launched") } }.await()
                        call.respondText("$answer ${service.get()}")
                    }
                }
            }
            host.serve(application, parent = contextPerCall(initial)) { client ->
                client.ask("/") shouldBe "orders call"
                initial[service] shouldBe "orders"
            }
        }
    }

    // Except Ktor's test host, which calls withContext with the parent context.
    Host.all.filter { it.binding == Binding.SERVER && it.engine != Engine.TEST_HOST }.forEach { host ->
        test("each call has a copy of asElement()'s context on $host") {
            val parent = Context()
            val application: Application.() -> Unit = {
                routing {
                    get("/") {
                        val before = service.get()
                        service.set("call")
                        call.respondText(before)
                    }
                }
            }
            host.serve(application, parent = parent.asElement()) { client ->
                repeat(3) { client.ask("/") shouldBe "none" }
                parent[service].shouldBeNull()
            }
        }
    }

    test("launch and withContext with contextPerCall() run in copies") {
        val initial = Context().also { it.execute { service.set("orders") } }
        val perCall = contextPerCall(initial)
        perCall.hasContextElement shouldBe true
        coroutineScope { launch(perCall) { service.set("launched") } }
        repeat(2) {
            withContext(perCall) {
                service.get() shouldBe "orders"
                service.set("called")
                withContext(perCall) { service.get() shouldBe "orders" }
                service.get() shouldBe "called"
            }
        }
        initial[service] shouldBe "orders"
    }

    test("runBlocking with contextPerCall() runs in a copy") {
        val initial = Context()
        runBlocking(contextPerCall(initial)) { service.set("blocking") }
        (service in initial) shouldBe false
    }
})
