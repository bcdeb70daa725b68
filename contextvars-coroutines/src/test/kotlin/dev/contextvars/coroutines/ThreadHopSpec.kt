// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextVar
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.util.concurrent.Executors

/** Most hops resume a coroutine on the next thread before the previous one has restored. */
class ThreadHopSpec : FunSpec({
    // Default and IO share threads, and most hops between them stay on one. From another pool, each changes the thread.
    val pool = autoClose(Executors.newFixedThreadPool(2).asCoroutineDispatcher())

    afterEach { threadsShouldBeClean() }

    coroutineTest("each of a million hops between threads finds the value set before") {
        val travellers = List(4) { Traveller() }
        travellers
            .mapIndexed { n, traveller ->
                async(traveller.ctx.asSharedElement() + if (n % 2 == 0) pool else Dispatchers.Default) {
                    repeat(125_000) {
                        withContext(Dispatchers.IO) { traveller.arrive() }
                        traveller.arrive()
                        yield()
                        traveller.arrive()
                    }
                }
            }.awaitAll()

        val trips = 2 * 125_000 * travellers.size
        println("$trips hops, ${travellers.sumOf { it.moves }} to another thread, wrong ${travellers.map { it.wrong }}")
        trips shouldBe 1_000_000
        travellers.map { it.wrong } shouldBe List(4) { 0 }
        travellers.map { it.ctx[step] } shouldBe List(4) { 3 * 125_000 }
    }
})

private val step = ContextVar("step", 0)

/** Checks at each stop the value that was set at the previous one, and sets the next. */
private class Traveller {
    val ctx = Context()
    var moves = 0
    var wrong = 0
    private var arrivals = 0
    private var thread = Thread.currentThread()

    fun arrive() {
        if (step.get() != arrivals) wrong++
        step.set(++arrivals)
        if (Thread.currentThread() !== thread) moves++
        thread = Thread.currentThread()
    }
}
