// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor

import dev.contextvars.Context
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.ktor.client.request.get
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.call
import io.ktor.server.application.install
import io.ktor.server.plugins.statuspages.StatusPages
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import io.ktor.util.pipeline.PipelinePhase
import kotlinx.coroutines.delay
import kotlin.coroutines.EmptyCoroutineContext

class PluginSpec : FunSpec({
    fun Application.initializeCaller() = install(ContextVars) {
        initial { call ->
            delay(1)
            caller.set(call.request.queryParameters["caller"] ?: "anonymous")
        }
    }

    fun Application.answerFailures() = install(StatusPages) {
        exception<IllegalStateException> { call, _ -> call.respondText("failed for ${caller.get()}") }
    }

    Host.all.filter { it.binding == Binding.SERVER }.forEach { host ->
        val name = "${host.engine}, ${if (host.isDevelopment) "dev" else "prod"}"

        test("StatusPages, installed first, runs in the call's context on $name") {
            val application: Application.() -> Unit = {
                answerFailures()
                initializeCaller()
                routing { get("/") { error("fails") } }
            }
            host.serve(application, parent = EmptyCoroutineContext) { it.ask("/") shouldBe "failed for alice" }
        }

        test("StatusPages, installed last, runs in the call's context on $name") {
            val application: Application.() -> Unit = {
                initializeCaller()
                answerFailures()
                routing { get("/") { error("fails") } }
            }
            host.serve(application, parent = EmptyCoroutineContext) { it.ask("/") shouldBe "failed for alice" }
        }

        test("the engine answers if setting the initial values fails on $name") {
            val application: Application.() -> Unit = {
                install(ContextVars) {
                    initial {
                        caller.set("alice")
                        error("fails")
                    }
                }
                answerFailures()
                routing { get("/") { call.respondText("unreachable") } }
            }
            host.serve(application, parent = EmptyCoroutineContext) { client ->
                client.get("/").status shouldBe HttpStatusCode.InternalServerError
            }
        }

        test("each call has its own initial values on $name") {
            val application: Application.() -> Unit = {
                initializeCaller()
                routing { get("/") { call.respondText(caller.get()) } }
            }
            host.serve(application, parent = EmptyCoroutineContext) { client ->
                listOf("alice", "bob", "alice").forEach { client.ask("/", it) shouldBe it }
            }
        }

        test("the plugin keeps the context that the server has bound on $name") {
            var outside: Context? = null
            var inside: Context? = null
            val application: Application.() -> Unit = {
                initializeCaller()
                val first = PipelinePhase("First")
                insertPhaseBefore(items.first(), first)
                intercept(first) { outside = current }
                routing {
                    get("/") {
                        inside = current
                        call.respondText(caller.get())
                    }
                }
            }
            host.serve(application) { client ->
                client.ask("/") shouldBe "alice"
                inside.shouldNotBeNull() shouldBeSameInstanceAs outside
            }
        }

        test("code before the plugin's phase has no context on $name") {
            var outside: Context? = null
            val application: Application.() -> Unit = {
                initializeCaller()
                val first = PipelinePhase("First")
                insertPhaseBefore(items.first(), first)
                intercept(first) { outside = current }
                intercept(ApplicationCallPipeline.Call) { call.respondText(caller.get()) }
            }
            host.serve(application, parent = EmptyCoroutineContext) { client ->
                client.ask("/") shouldBe "alice"
                outside shouldBe null
            }
        }
    }
})
