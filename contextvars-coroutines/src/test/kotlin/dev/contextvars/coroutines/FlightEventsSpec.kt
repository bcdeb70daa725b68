// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.testing.FlightRecordings
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.util.concurrent.Executors
import kotlinx.coroutines.withContext as withElement

class FlightEventsSpec : FunSpec({
    val v = ContextVar<String>("v")

    test("each dispatch of a coroutine is an event on the thread that it runs on") {
        Executors.newSingleThreadExecutor { Thread(it, "worker") }.asCoroutineDispatcher().use { worker ->
            val events = FlightRecordings.of("dev.contextvars.Enter") {
                runBlocking(worker + Context().asElement()) {
                    repeat(3) { yield() }
                }
            }
            events.map { "${it.getString("kind")} on ${it.thread.javaName}" } shouldBe
                List(4) { "coroutine on worker" }
            events.map { it.getString("context") }.toSet().size shouldBe 1
            events.zipWithNext { one, next -> one.endTime <= next.startTime }.toSet() shouldBe setOf(true)
        }
    }

    test("withContext(ctx) is an event inside of its caller's") {
        val ctx = Context()
        val events = FlightRecordings.of("dev.contextvars.Enter") {
            runBlocking(Context().asElement()) { withContext(ctx) { v.set("red") } }
        }
        val inner = events.single { "<Context object at ${it.getString("context")}>" == "$ctx" }
        events.any { it !== inner && it.startTime <= inner.startTime && inner.endTime <= it.endTime } shouldBe true
    }

    test("a set in a child coroutine shows the child's context, which is a copy of its parent's") {
        lateinit var copies: List<String>
        val sets = FlightRecordings.of("dev.contextvars.Set", "values" to "true") {
            copies = FlightRecordings
                .of("dev.contextvars.Copy") {
                    runBlocking(Context().asElement()) {
                        v.set("parent")
                        launch { v.set("child") }.join()
                        withElement(Dispatchers.Default) { v.set("parent again") }
                    }
                }.map { "${it.getString("from")} ${it.getString("to")}" }
        }
        sets.map { it.getString("value") } shouldContainExactly listOf("parent", "child", "parent again")
        val (parent, child, again) = sets.map { it.getString("context") }
        again shouldBe parent
        copies.count { it == "$parent $child" } shouldBe 1
    }
})
