// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextEnteredException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlin.time.Duration.Companion.days

/** kotlinx-coroutines-test: `runTest(element)` does not copy the element, and runs in the context itself. */
@OptIn(ExperimentalCoroutinesApi::class)
class RunTestSpec : CoroutineSpec({
    test("runTest(element) runs in the context itself") {
        val ctx = contextOf("test")
        runTest(ctx.asElement()) {
            shouldRunIn(ctx) { it() }
            delay(1.days)
            here() shouldBeSameInstanceAs ctx
            shouldRunIn(ctx) { block -> withContext(two) { block() } }
        }
        here().shouldBeNull()
        ctx[user] shouldBe "after the suspension"
    }

    test("runTest(element) runs in the context that the element's source finds") {
        val ctx = contextOf("found")
        runTest(ContextSource.foundAtDispatch { ctx }.toElement()) { here() shouldBeSameInstanceAs ctx }
        runTest(ContextSource.foundAtDispatch { null }.toElement()) { here()?.isEmpty shouldBe true }
        ctx.execute { runTest(ContextSource.copyOfCurrent().toElement()) { here() shouldBeCopyOf ctx } }
    }

    test("run throws in the second runTest with the same element") {
        val ctx = Context()
        val element = ctx.asElement()
        repeat(2) { runTest(element) { shouldThrow<ContextEnteredException> { ctx.run { } } } }
    }

    test("runTest without an element follows the rules of other coroutines") {
        val ctx = contextOf("test")
        runTest {
            shouldRunInCopyOf(ctx) { block -> launch(ctx.asElement()) { block() }.join() }
            withContext(ctx.asElement()) { shouldRunIn(ctx) { it() } }
            here().shouldBeNull()
        }
    }

    test("children of runTest(element) run in copies") {
        val ctx = contextOf("test")
        runTest(ctx.asElement()) {
            shouldRunInCopyOf(ctx) { block -> launch { block() }.join() }
            shouldRunInCopyOf(ctx) { block -> async(two) { block() }.await() }
            shouldRunInCopyOf(ctx) { block -> backgroundScope.launch { block() }.join() }
            shouldRunInCopyOf(ctx) { block -> launch(StandardTestDispatcher(testScheduler)) { block() }.join() }
            shouldRunInCopyOf(ctx) { block -> launch(UnconfinedTestDispatcher(testScheduler)) { block() }.join() }
            here() shouldBeSameInstanceAs ctx
        }
    }

    test("a TestScope with the element runs its test in the context itself") {
        val ctx = contextOf("test")
        TestScope(ctx.asElement()).runTest { shouldRunIn(ctx) { it() } }
    }
})
