// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.leaks

import com.sun.management.ThreadMXBean
import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.Token
import dev.contextvars.isolateEachTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThan
import java.lang.management.ManagementFactory
import java.util.function.Supplier

private const val SET_CYCLES = 10_000_000
private const val RUN_CYCLES = 1_000_000

/** For what the JVM and Kotest keep meanwhile: an object of 16 bytes kept in each of 100,000 cycles is over it. */
private const val FLAT = 1_000_000L

/** A thing is done so often, once to warm up and once to measure, and makes less than half of the smallest object. */
private const val TIMES = 20_000
private const val NOTHING = 8L * TIMES

class FlatHeapSpec : FunSpec({
    isolateEachTest()

    test("the heap is flat over ten million cycles of set and reset") {
        val v = ContextVar<Any>("v")
        heapShouldBeFlatOver(SET_CYCLES) { v.reset(v.set(it)) }
    }

    test("the heap is flat over ten million sets whose tokens are thrown away") {
        val v = ContextVar<Any>("v")
        heapShouldBeFlatOver(SET_CYCLES) { v.set(it) }
    }

    test("the heap is flat over a million runs in one context") {
        val v = ContextVar<Any>("v")
        val context = Context()
        heapShouldBeFlatOver(RUN_CYCLES) { context.run { v.set(it) } }
    }

    test("the heap is flat over a million runs, each in a copy and with a variable of its own") {
        heapShouldBeFlatOver(RUN_CYCLES) { Context.copyContext().run { ContextVar<Any>("v").set(it) } }
    }

    test("a reset of what was set last allocates nothing") {
        val v = ContextVar<Any>("v")
        val bytes = List(2) {
            val tokens: Array<Token<Any>> = Array(TIMES) { v.set("value") }
            allocation { for (i in TIMES - 1 downTo 0) v.reset(tokens[i]) }
        }
        bytes.last() shouldBeLessThan NOTHING
    }

    test("to run in a context allocates nothing") {
        val context = Context()
        val body = Supplier { "value" }
        val bytes = List(2) { allocation { repeat(TIMES) { context.run(body) } } }
        bytes.last() shouldBeLessThan NOTHING
    }
})

private fun heapShouldBeFlatOver(cycles: Int, cycle: (Int) -> Unit) {
    val before = usedHeap()
    // Looked at ten times, so that a leak is told before it fills the heap.
    repeat(10) {
        repeat(cycles / 10, cycle)
        usedHeap() - before shouldBeLessThan FLAT
    }
}

private fun usedHeap(): Long {
    // What the first collection finds dead may keep something that only the second does.
    repeat(2) { System.gc() }
    return ManagementFactory.getMemoryMXBean().heapMemoryUsage.used
}

/** Returns the bytes that the calling thread allocates in the body: exact, and no matter how busy the machine is. */
private inline fun allocation(body: () -> Unit): Long {
    val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
    val before = threads.currentThreadAllocatedBytes
    body()
    return threads.currentThreadAllocatedBytes - before
}
