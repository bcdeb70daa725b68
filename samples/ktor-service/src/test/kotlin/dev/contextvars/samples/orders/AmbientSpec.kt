// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import dev.contextvars.ContextVar
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.slf4j.LoggerFactory
import java.util.concurrent.CompletableFuture

private val trail = ContextVar<List<String>>("trail", emptyList())

private fun leave(step: String) = trail.set(trail.get() + step)

class AmbientSpec : FunSpec({
    val service = Service()
    beforeSpec {
        service.start {
            intercept(ApplicationCallPipeline.Setup) { leave("setup") }
            intercept(ApplicationCallPipeline.Monitoring) { withContext(Dispatchers.IO) { leave("monitoring, on IO") } }
            intercept(ApplicationCallPipeline.Plugins) { yield().also { leave("plugins") } }
            routing {
                get("/trail") {
                    leave("handler")
                    call.respondText(trail.get().joinToString())
                }
                get("/children") { call.respondText(children()) }
                route("/launches") { launches() }
            }
        }
    }
    afterSpec { service.stop() }

    test("the request id of the client is the call's, and goes back to it") {
        service.get(requestId = "mine").requestId shouldBe "mine"
    }

    test("a call without a request id gets one of its own") {
        service.get().requestId shouldNotBe service.get().requestId
    }

    listOf("two words", "[forged]", "x".repeat(65)).forEach { hostile ->
        test("the request id '$hostile' is not taken over") {
            service.get(requestId = hostile).requestId shouldNotBe hostile
        }
    }

    test("what an interceptor sets, after a suspension and on another thread too, later phases and the handler see") {
        repeat(3) { service.get("/trail").body() shouldBe "setup, monitoring, on IO, plugins, handler" }
    }

    test("what a child sets is its own, and what it sees is its parent's as it was at the start") {
        service.get("/children").body() shouldBe "parent / setup, monitoring, on IO, plugins, child"
    }

    test("what is launched in the call has the call's values, and what is launched in the application has none") {
        service.get("/launches/call", requestId = "launching").body() shouldBe "launching"
        service.get("/launches/application", requestId = "launching").body() shouldBe "none"
    }

    test("the lines of a call carry its tenant and request id") {
        service.post(draft(), tenant = "globex", requestId = "in-the-log")
        val lines = service.log.linesOf("in-the-log")
        lines.map { it.logger } shouldContainExactly listOf("orders", "access")
        lines.map { it.tenant }.toSet() shouldBe setOf("globex")
    }

    test("what is set after authentication is on every later line, those of other threads included") {
        service.post(draft(), requestId = "by-alice", user = "alice")
        service.log.linesOf("by-alice").map { it.user } shouldContainExactly listOf("alice", "alice")
    }

    test("a line of no call carries no values") {
        LoggerFactory.getLogger("elsewhere").info("nobody calls")
        val line = service.log.lines.single { it.logger == "elsewhere" }
        listOf(line.tenant, line.requestId, line.user) shouldBe listOf("-", "-", "-")
    }

    test("every call is logged once, however often its response is sent") {
        service.get("/nowhere", requestId = "lost")
        service.log.linesOf("lost").filter { it.logger == "access" } shouldHaveSize 1
    }

    test("no thread keeps a context when the calls are over") {
        repeat(20) { service.get() }
        ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
    }
})

private suspend fun children(): String = withContext(Dispatchers.Default) {
    val child = async(Dispatchers.IO) {
        leave("child")
        yield()
        trail.get()
    }
    trail.set(listOf("parent"))
    val childs = child.await().joinToString()
    trail.get().joinToString() + " / " + childs
}

private fun Route.launches() {
    get("/call") {
        val seen = CompletableFuture<String>()
        call.launch { seen.complete(requestId.get("none")) }.join()
        call.respondText(seen.join())
    }
    get("/application") {
        val seen = CompletableFuture<String>()
        call.application.launch { seen.complete(requestId.get("none")) }.join()
        call.respondText(seen.join())
    }
}
