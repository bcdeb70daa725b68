// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextRequiredException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** ensureContextElement says whether a coroutine has a context of its own, and what to do if not. */
class EnsureContextElementSpec : FunSpec({
    val one = autoClose(worker("ensure-1"))

    afterEach { threadsShouldBeClean() }

    coroutineTest("a coroutine without an element is refused, with the ways to bind one") {
        val refusal = shouldThrow<ContextRequiredException> { ensureContextElement() }.message
        refusal shouldStartWith "no Context is bound to this coroutine"
        refusal shouldContain "runBlocking(Context().asElement())"
        refusal shouldContain "CoroutineScope(Context().asElement())"
        refusal shouldContain "parentCoroutineContext = …"
    }

    coroutineTest("a coroutine with an element passes, by whatever way it got it") {
        val ctx = Context()
        withContext(one + ctx.asElement()) {
            ensureContextElement()
            launch { ensureContextElement() }
            coroutineScope { ensureContextElement() }
            withContext(one) { ensureContextElement() }
        }
        launch(ctx.asSharedElement()) { ensureContextElement() }
        CoroutineScope(one + ctx.asElement()).async { ensureContextElement() }.await()
    }

    coroutineTest(
        "a coroutine in a context that its thread has entered is refused: it would lose that at a suspension",
    ) {
        val ctx = Context()
        ctx.enter()
        try {
            shouldThrow<ContextRequiredException> { ensureContextElement() }
        } finally {
            ctx.exit()
        }
    }
})
