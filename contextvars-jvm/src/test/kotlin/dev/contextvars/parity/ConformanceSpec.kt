// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.parity

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import java.util.stream.Stream

/**
 * Replays what CPython did: its recorded outcomes are the semantics (`src/test/resources/conformance/FORMAT.md`).
 *
 * `-Dcontextvars.conformance=FILE[,FILE]` replays other files of that format instead of the two that come with the tests;
 * a relative path counts from the root of the project.
 */
class ConformanceSpec : FunSpec({
    val given = System.getProperty("contextvars.conformance")?.split(',')?.map { root.resolve(it).toString() }

    test("every program ends as it did on CPython 3.13") {
        val total =
            given?.let { replay(it, Corpus::ofFile) } ?: replay(listOf("corpus-567.jsonl.gz"), Corpus::ofResource)
        if (given == null) total shouldBe Counts(4_200, 298_323)
    }

    test("every program with tokens as resources ends as it did on CPython 3.14").config(enabled = given == null) {
        replay(listOf("corpus-567-tokencm.jsonl.gz"), Corpus::ofResource) shouldBe Counts(300, 28_737)
    }
})

private val root = Path.of(System.getProperty("project.root", ""))

private data class Counts(val programs: Int, val operations: Int)

private fun replay(names: List<String>, open: (String) -> Stream<Corpus.Program>): Counts {
    var counts = Counts(0, 0)
    val differences = mutableListOf<Replay.Difference>()
    for (name in names) {
        open(name).use { programs ->
            for (program in programs) {
                val result = Replay.of(program)
                counts = Counts(counts.programs + 1, counts.operations + result.executed)
                differences += result.differences
            }
        }
    }
    println("$names: ${counts.programs} programs, ${counts.operations} operations, ${differences.size} differences")
    withClue(differences.take(20).joinToString("\n", "the first differences:\n")) { differences.shouldBeEmpty() }
    return counts
}
