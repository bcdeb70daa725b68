// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextRequiredException
import dev.contextvars.ContextSwap
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlin.coroutines.EmptyCoroutineContext

/** hasContextElement and ensureContextElement. */
class HasContextElementSpec : CoroutineSpec({
    test("hasContextElement is true if an element is bound") {
        Context().asElement().hasContextElement shouldBe true
        (Dispatchers.IO + Context().asElement() + CoroutineName("n")).hasContextElement shouldBe true
    }

    test("hasContextElement is false without an element, also inside run") {
        EmptyCoroutineContext.hasContextElement shouldBe false
        (Dispatchers.IO + ThreadLocal<Int>().asContextElement(1)).hasContextElement shouldBe false
        Context().execute { EmptyCoroutineContext.hasContextElement shouldBe false }
    }

    coroutineTest("ensureContextElement succeeds in a coroutine with an element, and in its children") {
        val ctx = Context()
        withContext(one + ctx.asElement()) {
            ensureContextElement()
            launch { ensureContextElement() }
            coroutineScope { ensureContextElement() }
            withContext(one) { ensureContextElement() }
            async { currentCoroutineContext().hasContextElement }.await() shouldBe true
        }
        launch(ctx.asSharedElement()) { ensureContextElement() }
        CoroutineScope(one + ctx.asElement()).async { ensureContextElement() }.await()
    }

    coroutineTest("ensureContextElement throws without an element, also inside run") {
        val advice = shouldThrow<ContextRequiredException> { ensureContextElement() }.message
        advice shouldStartWith "no Context is bound to this coroutine"
        advice shouldContain "runBlocking(Context().asElement())"
        advice shouldContain "CoroutineScope(Context().asElement())"
        advice shouldContain "parentCoroutineContext = …"
        val ctx = Context()
        ctx.enter()
        try {
            shouldThrow<ContextRequiredException> { ensureContextElement() }
        } finally {
            ctx.exit()
        }
    }

    test("ensureContextElement throws after a suspension without a dispatcher") {
        one.suspendMain {
            withContext(Context()) {
                ensureContextElement()
                resumedElsewhere(one.executor)
                shouldThrow<ContextRequiredException> { ensureContextElement() }.message shouldStartWith
                    "the Context of this coroutine is not current"
                ContextSwap.swap(Context()) // of other code on this thread
                shouldThrow<ContextRequiredException> { ensureContextElement() }
                ContextSwap.swap(null)
            }
        }
    }
})
