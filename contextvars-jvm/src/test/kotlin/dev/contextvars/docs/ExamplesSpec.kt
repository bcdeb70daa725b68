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
    mapOf("Greeter" to Greeter::main, "FirstProgram" to FirstProgram::main).forEach { (name, main) ->
        test("the program $name prints the output in its comments") {
            val prints = Snippets.of("$SOURCES/$name.java").single().prints
            Context().run { Output.of { main(emptyArray()) } } shouldBe prints
        }
    }

    listOf(
        GuideExamples::class.java,
        MigrationExamples::class.java,
        ThreadExamples::class.java,
        TroubleshootingExamples::class.java,
        WhereValuesExamples::class.java,
    ).forEach { examples ->
        val snippets = Snippets.of("$SOURCES/${examples.simpleName}.java").filter { it.name != "declare" }
        val methods = examples.declaredMethods.filter { !it.isSynthetic }.associateBy { it.name }

        snippets.forEach { snippet ->
            test("${examples.simpleName}.${snippet.name} prints the output in its comments") {
                val example = methods.getValue(snippet.name)
                val output = Context().run { Output.of { example.invoke(null) } }
                output shouldBe snippet.prints.shouldNotBeEmpty()
                ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
            }
        }

        test("every method of ${examples.simpleName} is an example") {
            methods.keys.shouldContainExactlyInAnyOrder(snippets.map { it.name })
        }
    }
})
