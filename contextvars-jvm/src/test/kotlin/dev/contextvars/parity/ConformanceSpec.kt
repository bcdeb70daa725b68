// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.parity

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.nio.file.Path

/**
 * Replays programs and compares the outcomes with those of CPython (`src/test/resources/conformance/FORMAT.md`).
 *
 * `-Dcontextvars.conformance=FILE[,FILE]` replays other files of this format. A relative path starts at the root of the
 * project.
 */
class ConformanceSpec : FunSpec({
    val given = System.getProperty("contextvars.conformance")?.split(',')?.map { root.resolve(it).toString() }

    test("every program has CPython 3.13's outcomes") {
        val total =
            given?.let { replay(it, Corpus::forEachInFile) }
                ?: replay(listOf("corpus-567.jsonl.gz"), Corpus::forEachInResource)
        if (given == null) total shouldBe Counts(4_200, 298_323)
    }

    test("every program with tokens in a with block has CPython 3.14's outcomes").config(enabled = given == null) {
        replay(listOf("corpus-567-tokencm.jsonl.gz"), Corpus::forEachInResource) shouldBe Counts(300, 28_737)
    }
})

private val root = Path.of(System.getProperty("project.root", ""))

private data class Counts(val programs: Int, val operations: Int)

private fun replay(names: List<String>, forEachProgram: (String, (Program) -> Unit) -> Unit): Counts {
    var counts = Counts(0, 0)
    val differences = mutableListOf<String>()
    for (name in names) {
        forEachProgram(name) { program ->
            val replay = Replay.of(program)
            counts = Counts(counts.programs + 1, counts.operations + replay.executed)
            differences += replay.differences
        }
    }
    println("$names: ${counts.programs} programs, ${counts.operations} operations, ${differences.size} differences")
    withClue(differences.take(20).joinToString("\n", "the first differences:\n")) { differences.shouldBeEmpty() }
    return counts
}
