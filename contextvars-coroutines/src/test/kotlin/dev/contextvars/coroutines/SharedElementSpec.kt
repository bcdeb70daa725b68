// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import kotlin.coroutines.EmptyCoroutineContext

/** `asSharedElement()` runs one new coroutine in the context itself: asyncio's `create_task(coro, context=ctx)`. */
class SharedElementSpec : CoroutineSpec({
    coroutineTest("launch, async and runBlocking run in the context itself") {
        for (callersElement in listOf(EmptyCoroutineContext, contextOf("caller").asElement())) {
            val ctx = contextOf("alice")
            withContext(one + callersElement) {
                val caller = here()
                launch(ctx.asSharedElement()) { shouldRunIn(ctx) { it() } }.join()
                here() shouldBe caller
                val result = async(ctx.asSharedElement()) {
                    shouldRunIn(ctx) { it() }
                    user.set("bob")
                    user.get()
                }
                result.await() shouldBe "bob"
                here() shouldBe caller
                runBlocking(ctx.asSharedElement()) { shouldRunIn(ctx) { it() } }
                here() shouldBe caller
            }
        }
    }

    coroutineTest("a child in its parent's context takes turns with the parent") {
        val ctx = contextOf("alice")
        withContext(one) {
            withContext(ctx) {
                for (start in listOf(CoroutineStart.DEFAULT, CoroutineStart.UNDISPATCHED)) {
                    launch(ctx.asSharedElement(), start = start) {
                        user.set("child")
                        yield()
                        here() shouldBeSameInstanceAs ctx
                    }.join()
                    here() shouldBeSameInstanceAs ctx
                    user.get() shouldBe "child"
                    user.set("parent")
                }
            }
        }
        ctx[user] shouldBe "parent"
    }

    coroutineTest("children run in copies, and scope functions in the context") {
        val ctx = contextOf("alice")
        launch(ctx.asSharedElement() + one) {
            shouldRunInCopyOf(ctx) { block -> launch { block() }.join() }
            shouldRunInCopyOf(ctx) { block -> async(two) { block() }.await() }
            shouldRunIn(ctx) { block -> withContext(two) { block() } }
        }.join()
    }

    coroutineTest("a LAZY coroutine takes no snapshot") {
        val ctx = contextOf("when created")
        val lazy = async(ctx.asSharedElement(), start = CoroutineStart.LAZY) {
            here() shouldBeSameInstanceAs ctx
            user.get()
        }
        ctx.run { user.set("when started") }
        lazy.await() shouldBe "when started"
    }

    coroutineTest("an UNDISPATCHED coroutine does not change its launcher's context") {
        val (caller, ctx) = contextOf("caller") to contextOf("alice")
        withContext(one + caller.asElement()) {
            val job = launch(ctx.asSharedElement(), start = CoroutineStart.UNDISPATCHED) {
                here() shouldBeSameInstanceAs ctx
                user.set("started")
                yield()
                here() shouldBeSameInstanceAs ctx
            }
            here() shouldBeSameInstanceAs caller
            ctx[user] shouldBe "started"
            job.join()
        }
    }

    coroutineTest("a coroutine that is cancelled before it starts does not change the context") {
        val ctx = contextOf("alice")
        withContext(one) {
            listOf(CoroutineStart.DEFAULT, CoroutineStart.LAZY).forEach { start ->
                launch(ctx.asSharedElement(), start = start) { user.set("started") }.cancelAndJoin()
            }
        }
        ctx[user] shouldBe "alice"
    }

    coroutineTest("the changes of a cancelled or failed coroutine remain in the context") {
        val ctx = contextOf("alice")
        withContext(one) {
            val job = launch(ctx.asSharedElement()) {
                user.set("waiting")
                awaitCancellation()
            }
            yield()
            job.cancelAndJoin()
            here().shouldBeNull()
        }
        ctx[user] shouldBe "waiting"
        val failing = CoroutineScope(one + SupervisorJob()).async<Unit>(ctx.asSharedElement()) {
            user.set("failing")
            yield()
            throw IllegalArgumentException("async")
        }
        shouldThrow<IllegalArgumentException> { failing.await() }.message shouldBe "async"
        ctx[user] shouldBe "failing"
    }
})
