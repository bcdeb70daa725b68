// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.kotest

import dev.contextvars.Context
import dev.contextvars.coroutines.hasContextElement
import dev.contextvars.coroutines.withContext
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.test.TestCase
import io.kotest.core.test.TestScope
import io.kotest.engine.test.TestResult
import kotlinx.coroutines.currentCoroutineContext
import kotlin.coroutines.CoroutineContext

/**
 * Runs each test in its own [Context], so that no test sees variables that another one has set.
 *
 * ```
 * class OrderSpec : FunSpec({
 *     extensions(ContextVarsExtension)
 *     beforeTest { tenant.set("acme") } // in the context of the test, and in no other
 *
 *     test("an order has a tenant") {
 *         delay(5) // may resume on any thread
 *         tenant.get() shouldBe "acme"
 *     }
 * })
 * ```
 *
 * In a project configuration, it applies to all specs: `override val extensions = listOf(ContextVarsExtension)`.
 *
 * A root test has a new, empty Context. A test in a container has a copy of the container's Context, taken when the test
 * begins. `beforeTest`, the test and `afterTest` share the Context, and it is kept across suspensions, `withContext`,
 * `timeout`, `blockingTest` and `coroutineTestScope`. Tests may run concurrently.
 *
 * All invocations of one test (`invocations = 5`) share its Context. `beforeSpec` and `afterSpec` run outside. Values
 * that other code has left on the thread of a test are not reported, but the test does not see them.
 *
 * It costs O(1) for each test.
 */
public object ContextVarsExtension : TestCaseExtension {
    /** Runs the test in its Context. */
    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult {
        val isNested = testCase.parent != null && currentCoroutineContext().hasContextElement
        val context = if (isNested) Context.copyContext() else Context()
        return withContext(context) { execute(testCase.copy(test = { runIn(context, testCase) })) }
    }

    /** Runs the test, which has the context already, except with `coroutineTestScope`: that starts another coroutine. */
    private suspend fun TestScope.runIn(context: Context, testCase: TestCase) {
        if (currentCoroutineContext().hasContextElement) {
            testCase.test(this)
        } else {
            withContext(context) { testCase.test(ScopeInContext(this@runIn, coroutineContext)) }
        }
    }

    /** The scope of a test, so that the coroutines which the test launches copy its Context. */
    private class ScopeInContext(scope: TestScope, override val coroutineContext: CoroutineContext) : TestScope by scope
}
