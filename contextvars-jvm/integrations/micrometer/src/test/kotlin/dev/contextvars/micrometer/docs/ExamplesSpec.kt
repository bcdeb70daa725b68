// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer.docs

import dev.contextvars.testing.JavadocExamples
import dev.contextvars.testing.Output
import dev.contextvars.testing.Snippets
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import reactor.core.publisher.Hooks

private const val SOURCES = "contextvars-jvm/integrations/micrometer/src"
private const val EXAMPLES = "$SOURCES/test/java/dev/contextvars/micrometer/docs"

class ExamplesSpec : FunSpec({
    beforeSpec { Hooks.enableAutomaticContextPropagation() }
    afterSpec { Hooks.disableAutomaticContextPropagation() }
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    test("the example of docs/reactor.md prints what its comments state") {
        val prints = Snippets.of("$EXAMPLES/Orders.java").single().prints
        Output.of { Orders.main(emptyArray()) } shouldBe prints.shouldNotBeEmpty()
    }

    val snippets = Snippets.of("$EXAMPLES/Examples.java")

    test("every example in the Javadoc is compiled, and every compiled one is shown") {
        JavadocExamples.of(Snippets.root.resolve("$SOURCES/main/java")) shouldContainExactlyInAnyOrder
            snippets.map { it.text }
    }

    snippets.forEach { snippet ->
        test("the example '${snippet.name}' of the Javadoc prints what its comments state") {
            val example = Examples::class.java.getMethod(snippet.name)
            Output.of { example.invoke(null) } shouldBe snippet.prints.shouldNotBeEmpty()
        }
    }
})
