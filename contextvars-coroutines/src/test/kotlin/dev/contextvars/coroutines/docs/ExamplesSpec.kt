// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.docs

import dev.contextvars.testing.Output
import dev.contextvars.testing.Snippets
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe

private const val SOURCES = "contextvars-coroutines/src/test/kotlin/dev/contextvars/coroutines/docs"

class ExamplesSpec : FunSpec({
    test("the README's Kotlin example prints what its comments say") {
        Output.of { main() } shouldBe Snippets.of("$SOURCES/Greeter.kt").single().prints
    }

    Snippets.of("$SOURCES/GuideExamples.kt").forEach { snippet ->
        test("the guide's Kotlin example '${snippet.name}' prints what its comments say") {
            val example = GuideExamples::class.java.getMethod(snippet.name)
            Output.of { example.invoke(GuideExamples) } shouldBe snippet.prints.shouldNotBeEmpty()
            ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
        }
    }
})
