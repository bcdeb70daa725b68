// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class DumpSpec : FunSpec({
    test("dump returns the context's text and one line per variable, sorted by name") {
        val password = ContextVar.builder<String>("password").redacted().build()
        val tenant = ContextVar<String?>("tenant")
        val attempt = ContextVar<Int>("attempt")
        val ctx = Context().with(Bindings.of(tenant, null).and(password, "hunter2").and(attempt, 1))
        ctx.dump() shouldBe
            listOf("$ctx, 3 variables", "  attempt=1", "  password=<redacted>", "  tenant=null")
                .joinToString(System.lineSeparator())
    }

    test("variables with the same name are sorted by creation") {
        val twins = List(2) { ContextVar<Int>("v") }
        val ctx = Context().with(Bindings.of(twins[1], 1).and(twins[0], 0))
        ctx.dump().lines().drop(1) shouldBe listOf("  v=0", "  v=1")
    }

    test("dump of one variable uses the singular") {
        val ctx = Context().with(ContextVar("v"), 1)
        ctx.dump().lines() shouldBe listOf("$ctx, 1 variable", "  v=1")
    }

    test("dump of an empty context is one line") {
        val ctx = Context()
        ctx.dump() shouldBe "$ctx, 0 variables"
    }
})
