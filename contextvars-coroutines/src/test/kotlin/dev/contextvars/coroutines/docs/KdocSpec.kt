// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.docs

import dev.contextvars.testing.CodeBlock
import dev.contextvars.testing.Output
import dev.contextvars.testing.Snippets
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readLines

private const val EXAMPLES =
    "contextvars-coroutines/src/test/kotlin/dev/contextvars/coroutines/docs/KdocExamples.kt"

class KdocSpec : FunSpec({
    val snippets = Snippets.of(EXAMPLES)

    test("the examples in the KDoc are the compiled ones") {
        Snippets.root
            .resolve("contextvars-coroutines/src/main/kotlin/dev/contextvars/coroutines")
            .listDirectoryEntries("*.kt")
            .flatMap { source -> CodeBlock.of(source.readLines().map { it.removePrefix(" *").removePrefix(" ") }) }
            .filter { it.language != "text" }
            .map { it.text }
            .shouldContainExactlyInAnyOrder(snippets.map { it.text })
    }

    snippets.forEach { snippet ->
        test("the example of ${snippet.name} prints the lines in its comments") {
            val example = KdocExamples::class.java.getMethod(snippet.name)
            Output.of { example.invoke(KdocExamples) } shouldBe snippet.prints
            ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
        }
    }
})
