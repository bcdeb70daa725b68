// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor

import dev.contextvars.Context
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.call
import io.ktor.server.response.ApplicationSendPipeline
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.util.concurrent.ConcurrentLinkedQueue

private const val CALLS = 300

class CallsSpec : FunSpec({
    fun Application.answering(route: Route.() -> Unit) {
        rememberCaller()
        routing(route)
    }

    Host.all.forEach { host ->
        test("each call has its own context on $host") {
            val contexts = ConcurrentLinkedQueue<Context>()
            val before = ConcurrentLinkedQueue<String>()
            val application: Application.() -> Unit = {
                intercept(ApplicationCallPipeline.Setup) { before += caller.get() }
                answering {
                    get("/") {
                        contexts += checkNotNull(current)
                        call.respondText("")
                    }
                }
            }
            host.serve(application) { client ->
                repeat(3) { client.ask("/") }
                contexts shouldHaveSize 3
                contexts.map(System::identityHashCode).shouldBeUnique()
                before.toList() shouldContainExactly List(3) { "nobody" }
            }
        }

        test("all phases of a call have the same context on $host") {
            val seen = ConcurrentLinkedQueue<Pair<String, Context?>>()
            val application: Application.() -> Unit = {
                answering { get("/") { call.respondText("") } }
                listOf(
                    ApplicationCallPipeline.Setup,
                    ApplicationCallPipeline.Monitoring,
                    ApplicationCallPipeline.Plugins,
                    ApplicationCallPipeline.Call,
                    ApplicationCallPipeline.Fallback,
                ).forEach { phase ->
                    intercept(phase) {
                        yield()
                        seen += caller.get() to current
                    }
                }
                sendPipeline.intercept(ApplicationSendPipeline.Before) { seen += caller.get() to current }
                sendPipeline.intercept(ApplicationSendPipeline.After) { seen += caller.get() to current }
            }
            host.serve(application) { client ->
                client.ask("/")
                seen.map { it.first }.distinct() shouldBe listOf("alice")
                seen.map { System.identityHashCode(it.second) }.distinct() shouldHaveSize 1
            }
        }

        test("$CALLS concurrent calls are isolated on $host") {
            val application: Application.() -> Unit = {
                answering {
                    get("/") {
                        val own = call.request.queryParameters["caller"]
                        repeat(5) {
                            yield()
                            withContext(Dispatchers.IO) { check(caller.get() == own) }
                            coroutineScope { launch { caller.set("child") } }
                            delay(1)
                        }
                        call.respondText(caller.get())
                    }
                }
            }
            host.serve(application) { client ->
                val callers = List(CALLS) { "caller-$it" }
                val answers =
                    coroutineScope { callers.map { async(Dispatchers.IO) { client.ask("/", it) } }.awaitAll() }
                answers shouldBe callers
            }
        }

        if (host.binding == Binding.SERVER || !host.isDevelopment) {
            test("call.launch runs in a copy on $host") {
                val application: Application.() -> Unit = {
                    answering {
                        get("/") {
                            val context = current
                            call.launch { caller.set("bob") }.join()
                            current shouldBeSameInstanceAs context
                            call.respondText(caller.get())
                        }
                    }
                }
                host.serve(application) { client -> client.ask("/") shouldBe "alice" }
            }
        }
    }
})
