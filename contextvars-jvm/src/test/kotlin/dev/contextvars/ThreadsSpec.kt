// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.thread
import kotlin.random.Random

class ThreadsSpec : FunSpec({
    test("other threads read, iterate and copy a context safely while its owner sets and resets") {
        val seed = System.nanoTime()
        withClue("seed $seed") {
            // All variables are set to one round's number, ascending: whoever reads a map sees a whole one, in which the
            // numbers do not ascend and differ by one at the most.
            val variables = List(40) { ContextVar<Int>("v$it") }
            val ctx = Context()
            val done = AtomicBoolean()
            val faults = ConcurrentLinkedQueue<String>()
            val readers = List(2) {
                val random = Random(seed + it)
                thread {
                    while (!done.get()) {
                        val map = when (random.nextInt(3)) {
                            0 -> ctx.asMap()
                            1 -> ctx.copy().asMap()
                            else -> ctx.associate { (variable, value) -> variable to value }
                        }
                        val rounds = variables.mapNotNull { variable -> map[variable] as Int? }
                        val steps = rounds.zipWithNext { a, b -> a - b }
                        if (steps.any { step -> step !in 0..1 } || steps.sum() > 1) faults += "$rounds"
                    }
                }
            }
            ctx.execute {
                for (round in 1..3_000) {
                    variables.forEach { it.set(round) }
                    repeat(5) { ContextVar<Int>("passing").run { reset(set(it)) } }
                }
            }
            done.set(true)
            readers.forEach { it.join() }
            faults.firstOrNull().shouldBeNull()
        }
    }
})
