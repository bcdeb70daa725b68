// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs

import dev.contextvars.Context
import dev.contextvars.testing.Output
import dev.contextvars.testing.Snippets
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe

private const val SOURCES = "contextvars-jvm/src/test/java/dev/contextvars/docs"

class ExamplesSpec : FunSpec({
    val guide = Snippets.of("$SOURCES/GuideExamples.java").filter { it.name != "declare" }
    val methods = GuideExamples::class.java.declaredMethods
        .filter { !it.isSynthetic }
        .associateBy { it.name }

    test("the README's Java example prints what its comments say") {
        val prints = Snippets.of("$SOURCES/Greeter.java").single().prints
        Context().run { Output.of { Greeter.main(emptyArray()) } } shouldBe prints
    }

    guide.forEach { snippet ->
        test("the guide's Java example '${snippet.name}' prints what its comments say") {
            val example = methods.getValue(snippet.name)
            val output = Context().run { Output.of { example.invoke(null) } }
            output shouldBe snippet.prints.shouldNotBeEmpty()
            ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
        }
    }

    test("every method of the guide's examples is one") {
        methods.keys.shouldContainExactlyInAnyOrder(guide.map { it.name })
    }
})
