// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.client.docs

import dev.contextvars.ktor.client.Server
import dev.contextvars.testing.CodeBlock
import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.io.path.readLines

private const val SOURCES = "contextvars-coroutines/integrations/ktor-client/src"

class ExamplesSpec : FunSpec({
    val server = Server(this)

    test("the page's body is sent with the tenant of the caller") {
        sendOrders("${server.url}/echo") shouldBe "orders of acme"
    }

    test("the example in the documentation of the function is compiled") {
        val source = Snippets.root.resolve("$SOURCES/main/kotlin/dev/contextvars/ktor/client/WithContextVars.kt")
        CodeBlock.of(source.readLines().map { it.removePrefix(" *").removePrefix(" ") }).map { it.text } shouldBe
            Snippets.of("$SOURCES/test/kotlin/dev/contextvars/ktor/client/docs/KdocExamples.kt").map { it.text }
    }
})
