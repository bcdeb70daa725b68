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
    for (compilation in listOf("-XX:+TieredCompilation", "-Xint")) {
        for (way in listOf("EXECUTE", "RUN", "CALL", "ENTER", "PROBE")) {
            test("100 threads recover from an overflow in $way, $compilation") {
                val results = ChildJvm.run(
                    "dev.contextvars.OverflowProgram",
                    arguments = listOf(way, "100", "256"),
                    options = listOf(compilation, "-XX:+UseSerialGC"),
                )
                val threads = results.filterKeys { it.startsWith("thread ") }
                threads shouldContainExactly (0..99).associate { "thread $it" to "recovered" }
                (results - threads.keys).shouldThrowTheirExceptions()
            }
        }
    }

    for (mistake in MISTAKES) {
        test("every misuse throws its exception after an overflow in $mistake") {
            ChildJvm
                .run("dev.contextvars.OverflowProgram", listOf(mistake, "5", "256"), listOf("-XX:+UseSerialGC"))
                .shouldThrowTheirExceptions()
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
