// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds

/** Functions that launch no coroutine run in their caller's context: the caller sees the block's changes. */
class ScopeFunctionSpec : FunSpec({
    val one = autoClose(worker("scope-function-1"))
    val two = autoClose(worker("scope-function-2"))

    afterEach { threadsShouldBeClean() }

    fun testInContext(name: String, body: suspend CoroutineScope.(ctx: Context) -> Unit) = coroutineTest(name) {
        val ctx = contextOf("caller")
        withContext(one + ctx.asElement()) { body(ctx) }
        here() shouldBe null
    }

    testInContext("a suspend function shares its caller's context") { ctx ->
        shouldRunIn(ctx) { it() }
    }

    testInContext("coroutineScope shares its caller's context") { ctx ->
        shouldRunIn(ctx) { block -> coroutineScope { block() } }
    }

    testInContext("supervisorScope shares its caller's context") { ctx ->
        shouldRunIn(ctx) { block -> supervisorScope { block() } }
    }

    testInContext("withTimeout shares its caller's context") { ctx ->
        shouldRunIn(ctx) { block -> withTimeout(1.hours) { block() } }
    }

    testInContext("withTimeoutOrNull shares its caller's context") { ctx ->
        shouldRunIn(ctx) { block -> withTimeoutOrNull(1.hours) { block() } }
    }

    testInContext("withTimeout that times out keeps the changes and the context") { ctx ->
        shouldThrow<TimeoutCancellationException> {
            withTimeout(1.milliseconds) {
                user.set("too late")
                awaitCancellation()
            }
        }
        here() shouldBeSameInstanceAs ctx
        user.get() shouldBe "too late"
    }

    testInContext("withContext(dispatcher) shares its caller's context") { ctx ->
        shouldRunIn(ctx) { block -> withContext(two) { block() } }
        shouldRunIn(ctx) { block -> withContext(Dispatchers.IO) { block() } }
        shouldRunIn(ctx) { block -> withContext(Dispatchers.Unconfined) { block() } }
    }

    testInContext("withContext without another dispatcher shares its caller's context") { ctx ->
        shouldRunIn(ctx) { block -> withContext(one) { block() } }
        shouldRunIn(ctx) { block -> withContext(CoroutineName("inner")) { block() } }
        shouldRunIn(ctx) { block -> withContext(NonCancellable) { block() } }
    }

    testInContext("nested builders share the outermost caller's context") { ctx ->
        shouldRunIn(ctx) { block ->
            coroutineScope { withContext(two) { withTimeout(1.hours) { withContext(CoroutineName("")) { block() } } } }
        }
    }

    testInContext("withContext(dispatcher) without a suspension shares its caller's context") { ctx ->
        repeat(1_000) { round ->
            withContext(two) { user.set("$round") }
            here() shouldBeSameInstanceAs ctx
            user.get() shouldBe "$round"
        }
    }

    testInContext("runInterruptible shares its caller's context with blocking code") { ctx ->
        runInterruptible(two) {
            here() shouldBeSameInstanceAs ctx
            user.set("blocking")
        }
        here() shouldBeSameInstanceAs ctx
        user.get() shouldBe "blocking"
    }

    testInContext("runBlocking without an element shares the blocked thread's context") { ctx ->
        runBlocking {
            here() shouldBeSameInstanceAs ctx
            yield()
            user.set("blocking")
        }
        here() shouldBeSameInstanceAs ctx
        user.get() shouldBe "blocking"
    }

    testInContext("a sequence runs in the context of the caller of next") { ctx ->
        val elements = sequence {
            yield(here())
            user.set("sequence")
            yield(here())
        }.iterator()
        elements.next() shouldBeSameInstanceAs ctx
        withContext(two) { elements.next() shouldBeSameInstanceAs ctx }
        user.get() shouldBe "sequence"
    }

    coroutineTest("the functions share a copy that a coroutine runs in") {
        val ctx = contextOf("caller")
        runBlocking(ctx.asElement()) {
            val copy = here() shouldBeCopyOf ctx
            shouldRunIn(copy) { block -> coroutineScope { withContext(two) { block() } } }
            shouldRunIn(copy) { block -> withContext(CoroutineName("")) { coroutineScope { block() } } }
        }
        ctx[user] shouldBe "caller"
    }
})
