// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.docs

import dev.contextvars.testing.Output
import dev.contextvars.testing.Snippets
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import dev.contextvars.coroutines.docs.first.main as firstProgram

private const val SOURCES = "contextvars-coroutines/src/test/kotlin/dev/contextvars/coroutines/docs"

class ExamplesSpec : FunSpec({
    mapOf("Greeter" to ::main, "FirstProgram" to ::firstProgram).forEach { (name, main) ->
        test("the program $name prints the lines in its comments") {
            Output.of { main() } shouldBe Snippets.of("$SOURCES/$name.kt").single().prints
        }
    }

    listOf(
        GuideExamples,
        WhereValuesExamples,
        TroubleshootingExamples,
        AsyncioExamples,
        MigrationExamples,
    ).forEach { examples ->
        val name = examples.javaClass.simpleName
        snippets(name).forEach { snippet ->
            test("'${snippet.name}' of $name prints the lines in its comments") {
                val example = examples.javaClass.getMethod(snippet.name)
                Output.of { example.invoke(examples) } shouldBe snippet.prints.shouldNotBeEmpty()
                ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
            }
        }
    }

    test("the asyncio examples print what Python prints, with listed exceptions") {
        val kotlin = snippets("AsyncioExamples").associate { it.name to it.prints }
        val python = Snippets
            .of("contextvars-coroutines/src/test/python/asyncio_examples.py")
            .filter { it.name != FUNCTIONS }
            .associate { it.name to it.prints }
        kotlin.keys - python.keys shouldBe setOf("uncancelled", "overlap", "rejected")
        python.keys - kotlin.keys shouldBe emptySet()
        python.keys.filter { kotlin[it] != python[it] } shouldContainExactlyInAnyOrder
            listOf("thread", "executor", "equality")
    }
})

/** The part of a source with the functions that the examples call. */
private const val FUNCTIONS = "functions"

private fun snippets(source: String) = Snippets.of("$SOURCES/$source.kt").filter { it.name != FUNCTIONS }
