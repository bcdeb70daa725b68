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

private fun trace(step: String) = trail.set(trail.get() + step)

class AmbientSpec : FunSpec({
    val service = Service()
    beforeSpec {
        service.start {
            intercept(ApplicationCallPipeline.Setup) { trace("setup") }
            intercept(ApplicationCallPipeline.Monitoring) { withContext(Dispatchers.IO) { trace("monitoring, on IO") } }
            intercept(ApplicationCallPipeline.Plugins) { yield().also { trace("plugins") } }
            routing {
                get("/trail") {
                    trace("handler")
                    call.respondText(trail.get().joinToString())
                }
                get("/children") { call.respondText(children()) }
                route("/launches") { launches() }
            }
        }
    }
    afterSpec { service.stop() }

    test("a call uses the request id of the client and returns it") {
        service.get(requestId = "mine").requestId shouldBe "mine"
    }

    test("a call without a request id gets a unique one") {
        service.get().requestId shouldNotBe service.get().requestId
    }

    listOf("two words", "[forged]", "x".repeat(65)).forEach { invalid ->
        test("the request id '${invalid.take(20)}' is ignored") {
            service.get(requestId = invalid).requestId shouldNotBe invalid
        }
    }

    test("later phases and the handler see the values that interceptors set") {
        repeat(3) { service.get("/trail").body() shouldBe "setup, monitoring, on IO, plugins, handler" }
    }

    test("a child has a copy of its parent's values that is independent of the parent") {
        service.get("/children").body() shouldBe "parent / setup, monitoring, on IO, plugins, child"
    }

    test("a coroutine of the call has its values; a coroutine of the application has none") {
        service.get("/launches/call", requestId = "launching").body() shouldBe "launching"
        service.get("/launches/application", requestId = "launching").body() shouldBe "none"
    }

    test("the log lines of a call have its tenant and request id") {
        service.post(draft(), tenant = "globex", requestId = "in-the-log")
        val lines = service.log.linesOf("in-the-log")
        lines.map { it.logger } shouldContainExactly listOf("orders", "access")
        lines.map { it.tenant }.toSet() shouldBe setOf("globex")
    }

    test("every log line after authentication has the user, on any thread") {
        service.post(draft(), requestId = "by-alice", user = "alice")
        service.log.linesOf("by-alice").map { it.user } shouldContainExactly listOf("alice", "alice")
    }

    test("a log line outside of calls has no values") {
        LoggerFactory.getLogger("elsewhere").info("no call")
        val line = service.log.lines.single { it.logger == "elsewhere" }
        listOf(line.tenant, line.requestId, line.user) shouldBe listOf("-", "-", "-")
    }

    test("every call is logged once, even if its response is replaced") {
        service.get("/nowhere", requestId = "lost")
        service.log.linesOf("lost").filter { it.logger == "access" } shouldHaveSize 1
    }

    test("no thread keeps a context after the calls have completed") {
        repeat(20) { service.get() }
        ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
    }
})

private suspend fun children(): String = withContext(Dispatchers.Default) {
    val child = async(Dispatchers.IO) {
        trace("child")
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
