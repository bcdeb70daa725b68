// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.leaks

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.Token
import dev.contextvars.allocatedBytes
import dev.contextvars.isolateEachTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThan
import jdk.jfr.FlightRecorder
import java.lang.management.ManagementFactory
import java.util.function.Supplier

private const val SET_CYCLES = 10_000_000
private const val RUN_CYCLES = 1_000_000

/** What the JVM and Kotest may retain meanwhile. A leak of 16 bytes in each of 250,000 cycles exceeds it. */
private const val FLAT = 1_000_000L

/** The number of operations measured. Each must allocate less than half of the smallest object. */
private const val TIMES = 20_000
private const val NOTHING = 8L * TIMES

class FlatHeapSpec : FunSpec({
    isolateEachTest()

    test("ten million cycles of set and reset retain nothing") {
        val v = ContextVar<Any>("v")
        heapShouldBeFlatOver(SET_CYCLES) { v.reset(v.set(it)) }
    }

    test("ten million sets without a reset retain nothing") {
        val v = ContextVar<Any>("v")
        heapShouldBeFlatOver(SET_CYCLES) { v.set(it) }
    }

    test("a million runs in one context retain nothing") {
        val v = ContextVar<Any>("v")
        val context = Context()
        heapShouldBeFlatOver(RUN_CYCLES) { context.run { v.set(it) } }
    }

    test("a million runs in copies, each with a new variable, retain nothing") {
        heapShouldBeFlatOver(RUN_CYCLES) { Context.copyContext().run { ContextVar<Any>("v").set(it) } }
    }

    test("a reset of the last set allocates nothing") {
        val v = ContextVar<Any>("v")
        val bytes = List(2) {
            val tokens: Array<Token<Any>> = Array(TIMES) { v.set("value") }
            allocatedBytes { for (i in TIMES - 1 downTo 0) v.reset(tokens[i]) }
        }
        bytes.last() shouldBeLessThan NOTHING
    }

    test("run allocates nothing") {
        FlightRecorder.getFlightRecorder() // is in use from now on, but does not record the library's events
        val context = Context()
        val body = Supplier { "value" }
        val bytes = List(2) { allocatedBytes { repeat(TIMES) { context.run(body) } } }
        bytes.last() shouldBeLessThan NOTHING
    }
})

private fun heapShouldBeFlatOver(cycles: Int, cycle: (Int) -> Unit) {
    val before = usedHeap()
    // Checked four times, so that a leak is reported before it fills the heap.
    repeat(4) {
        repeat(cycles / 4, cycle)
        usedHeap() - before shouldBeLessThan FLAT
    }
}

private fun usedHeap(): Long {
    // Objects that the first collection frees may have kept others alive until then.
    repeat(2) { System.gc() }
    return ManagementFactory.getMemoryMXBean().heapMemoryUsage.used
}
