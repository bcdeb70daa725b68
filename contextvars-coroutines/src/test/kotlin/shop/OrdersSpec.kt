// SPDX-License-Identifier: Apache-2.0
package shop

import dev.contextvars.Context
import dev.contextvars.coroutines.withContext
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.TestCase
import io.kotest.engine.test.TestResult
import io.kotest.matchers.shouldBe

// snippet: kotest

/** Runs each test, with its before and after functions, in a new context. */
object InNewContextExtension : TestCaseExtension {
    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult =
        withContext(Context()) { execute(testCase) }
}

class OrdersSpec : FunSpec({
    extension(InNewContextExtension)

    beforeTest { tenant.set("acme") }

    test("finds the orders of the tenant") {
        findOrders() shouldBe "orders of acme"
    }

    test("finds the orders of another tenant") {
        tenant.set("globex") // in this test's context: no other test sees it
        findOrders() shouldBe "orders of globex"
    }
})
// end: kotest
