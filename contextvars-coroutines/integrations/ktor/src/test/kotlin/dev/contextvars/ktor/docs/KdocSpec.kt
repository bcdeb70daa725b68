// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.docs

import dev.contextvars.testing.CodeBlock
import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readLines

private const val KTOR = "contextvars-coroutines/integrations/ktor/src"

class KdocSpec : FunSpec({
    test("every example in the documentation of a function is compiled, and every compiled one is shown") {
        Snippets.root
            .resolve("$KTOR/main/kotlin/dev/contextvars/ktor")
            .listDirectoryEntries("*.kt")
            .flatMap { source ->
                CodeBlock.of(source.readLines().map { it.trimStart().removePrefix("*").removePrefix(" ") })
            }.map { it.text }
            .shouldContainExactlyInAnyOrder(
                Snippets.of("$KTOR/test/kotlin/dev/contextvars/ktor/docs/KdocExamples.kt").map { it.text },
            )
    }
})
