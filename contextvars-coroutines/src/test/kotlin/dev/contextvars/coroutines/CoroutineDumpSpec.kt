// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Bindings
import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.testing.ChildJvm
import dev.contextvars.testing.CodeBlock
import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forNone
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Job
import kotlin.io.path.readLines

class CoroutineDumpSpec : FunSpec({
    val password = ContextVar.builder<String>("password").redacted().build()
    val tenant = ContextVar<String>("tenant")
    val ctx = Context().with(Bindings.of(tenant, "acme").and(password, "wonderland"))

    test("a coroutine context shows the number of the Context and its variables, without values") {
        for (element in listOf(ctx.asElement(), ctx.asSharedElement(), ContextSource.shared(ctx).toElement())) {
            "${CoroutineName("name") + element}" shouldContain "ContextElement($ctx: password <redacted>, tenant)"
            "$element" shouldNotContain "acme"
            "$element" shouldNotContain "wonderland"
        }
    }

    test("an element whose Context is not known yet shows that") {
        "${ContextSource.foundAtDispatch { ctx }.toElement()}" shouldBe "ContextElement(no Context yet)"
        "${Context().asElement() + Job()}" shouldContain "ContextElement(<Context object at 0x"
    }

    test("the recipe for dumps prints what the page shows, and DebugProbes' own dump does not") {
        // The agent of kotlinx-coroutines-core: DebugProbes.install() needs an agent that is loaded later.
        val agent = Job::class.java.protectionDomain.codeSource.location
            .toURI()
            .path
        val lines = ChildJvm.run("outside.CoroutineDump", options = listOf("-javaagent:$agent"))
        val recipe = lines.filterKeys { it.startsWith("recipe") }.values
        val page = CodeBlock
            .of(Snippets.root.resolve("docs/coroutine-dumps.md").readLines())
            .single { it.language == "text" }
        recipe.map(::numberless).sorted() shouldBe
            page.text
                .lines()
                .map(::numberless)
                .sorted()
        val probes = lines.filterKeys { it.startsWith("probes") }.values
        probes.joinToString("\n") shouldContain "SUSPENDED"
        probes.forNone { it shouldContain "ContextElement(" }
    }
})

private fun numberless(text: String) = text.replace(Regex("0x[0-9a-f]+"), "0x…")
