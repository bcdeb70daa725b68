// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.ChildJvm
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.types.shouldBeSameInstanceAs

/** A recursion enters contexts until the stack overflows. [OverflowProgram] checks what remains. */
class OverflowSpec : FunSpec({
    fun run(action: String, threads: Int, compilation: String) =
        ChildJvm.run("dev.contextvars.OverflowProgram", listOf(action, "$threads", "256"), listOf(compilation))

    val recursions = listOf("compiled" to ChildJvm.C2, "interpreted" to "-Xint")
        .flatMap { (mode, option) ->
            listOf("EXECUTE", "RUN", "CALL", "ENTER", "PROBE").map { way -> "$way, $mode" to { run(way, 100, option) } }
        }.toMap()
    val misuses = MISTAKES.associateWith { { run(it, 5, ChildJvm.C2) } }

    // Two JVMs at a time, on two processors.
    val results by lazy {
        val programs = (recursions + misuses).entries
        programs
            .parallelStream()
            .map { (name, run) -> name to runCatching(run) }
            .toList()
            .toMap()
    }

    for (recursion in recursions.keys) {
        test("100 threads recover from an overflow in $recursion") {
            val lines = results.getValue(recursion).getOrThrow()
            val threads = lines.filterKeys { it.startsWith("thread ") }
            threads shouldContainExactly (0..99).associate { "thread $it" to "recovered" }
            (lines - threads.keys).shouldThrowTheirExceptions()
        }
    }

    for (mistake in MISTAKES) {
        test("every misuse throws its exception after an overflow in $mistake") {
            results.getValue(mistake).getOrThrow().shouldThrowTheirExceptions()
        }
    }

    test("an OutOfMemoryError in a body restores the previous context") {
        val outer = Context()
        val inner = Context()
        outer.execute {
            // Longer than an array can be, so the error does not depend on the heap.
            shouldThrow<OutOfMemoryError> { inner.run<Any> { LongArray(Int.MAX_VALUE) } }
            ContextSwap.current() shouldBeSameInstanceAs outer
            inner.execute { }
        }
        ContextSwap.current().shouldBeNull()
    }
})

/** The names of the exceptions, and "nothing" for correct use. */
private val MISTAKES = Mistake.values().map { it.name }

private fun Map<String, String>.shouldThrowTheirExceptions() = this shouldContainExactly MISTAKES.associateWith { it }
