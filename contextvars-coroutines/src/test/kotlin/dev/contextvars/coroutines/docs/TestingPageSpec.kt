// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.docs

import dev.contextvars.testing.ChildJvm
import dev.contextvars.testing.CodeBlock
import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.io.path.readLines

/** Runs the tests of docs/testing.md in a JVM with the setting of that page, and compares the failures. */
class TestingPageSpec : FunSpec({
    val shown = CodeBlock
        .of(Snippets.root.resolve("docs/testing.md").readLines())
        .filter { it.language == "text" }
        .map { numberless(it.text) }

    test("the examples of the page pass in strict mode") {
        run("strict", "shop.PricesTest", "shop.OrdersTest", "shop.OrdersSpec") shouldContainExactly listOf(
            "tenantHasItsOwnPrice()",
            "otherTenantsHaveTheCommonPrice()",
            "oneCallRunsInAContextOfItsOwn()",
            "finds the orders of the tenant()",
            "finds the orders of the tenant",
            "finds the orders of another tenant",
        ).associateWith { "passed" }
    }

    test("the leaks fail as the page shows") {
        val failures = run("strict", "shop.LeakyOrders", "shop.LeakyPrices", "shop.AfterLeakyOrders")
        failures.getValue("sees no tenant()") shouldBe "passed"
        listOf("finds the orders of the tenant()", "tenantHasItsOwnPrice()")
            .map { numberless(failures.getValue(it)) } shouldBe shown
    }

    test("without strict mode the leak reaches the next test") {
        run("on", "shop.LeakyOrders", "shop.AfterLeakyOrders") shouldContainExactly mapOf(
            "finds the orders of the tenant()" to "passed",
            "sees no tenant()" to "org.opentest4j.AssertionFailedError: expected: <none> but was: <acme>",
        )
    }
})

private fun run(guard: String, vararg tests: String): Map<String, String> = ChildJvm.run(
    "shop.RunTests",
    arguments = tests.toList(),
    options = listOf("-Dcontextvars.guard=$guard", "-Dkotest.framework.classpath.scanning.autoscan.disable=true"),
)

private fun numberless(text: String) = text.trim().replace(Regex("0x[0-9a-f]+"), "0x…")
