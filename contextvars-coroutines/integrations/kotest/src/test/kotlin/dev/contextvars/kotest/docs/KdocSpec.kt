// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.kotest.docs

import dev.contextvars.testing.CodeBlock
import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.io.path.readLines

private const val KOTEST = "contextvars-coroutines/integrations/kotest/src"

class KdocSpec : FunSpec({
    test("the example in the documentation of the extension is compiled and run as OrderSpec") {
        val source = Snippets.root.resolve("$KOTEST/main/kotlin/dev/contextvars/kotest/ContextVarsExtension.kt")
        CodeBlock.of(source.readLines().map { it.removePrefix(" *").removePrefix(" ") }).map { it.text } shouldBe
            Snippets.of("$KOTEST/test/kotlin/dev/contextvars/kotest/docs/OrderSpec.kt").map { it.text }
    }
})
