// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/** `withContext(element)` runs in the context itself: asyncio's `await coro()` inside `ctx.run`. */
class InPlaceSpec : FunSpec({
    val one = autoClose(worker("in-place-1"))
    val two = autoClose(worker("in-place-2"))

    afterEach { threadsShouldBeClean() }

    coroutineTest("withContext on the same dispatcher runs in the context itself") {
        val ctx = contextOf("alice")
        withContext(one) {
            val caller = Thread.currentThread()
            withContext(ctx.asElement()) {
                Thread.currentThread() shouldBeSameInstanceAs caller
                here() shouldBeSameInstanceAs ctx
                user.get() shouldBe "alice"
                user.set("bob")
            }
            here().shouldBeNull()
            user.get() shouldBe "nobody"
        }
        ctx[user] shouldBe "bob"
    }

    coroutineTest("withContext on another dispatcher runs in the context itself") {
        val ctx = contextOf("alice")
        withContext(one) {
            val caller = Thread.currentThread()
            withContext(two + ctx.asElement()) {
                (Thread.currentThread() === caller) shouldBe false
                here() shouldBeSameInstanceAs ctx
                user.get() shouldBe "alice"
                user.set("bob")
            }
            here().shouldBeNull()
        }
        ctx[user] shouldBe "bob"
    }

    coroutineTest("another thread element keeps its values beside ours, in either order") {
        val local = ThreadLocal<String>()
        for (oursIsFirst in listOf(true, false)) {
            val ctx = contextOf("alice")
            val (ours, other) = ctx.asElement() to local.asContextElement("outer")
            withContext(one + if (oursIsFirst) ours + other else other + ours) {
                here() shouldBeSameInstanceAs ctx
                withContext(local.asContextElement("inner")) {
                    user.set("bob")
                    resumedElsewhere()
                    here() shouldBeSameInstanceAs ctx
                    "${user.get()} ${local.get()}" shouldBe "bob inner"
                }
                launch(two) {
                    here() shouldBeCopyOf ctx
                    local.get() shouldBe "outer"
                }.join()
                "${user.get()} ${local.get()}" shouldBe "bob outer"
            }
        }
    }

    coroutineTest("withContext that suspends goes on in the context itself, on whatever thread") {
        val ctx = contextOf("0")
        withContext(Dispatchers.Default + ctx.asElement()) {
            for (step in 1..100) {
                user.set("$step")
                if (step % 2 == 0) yield() else resumedElsewhere()
                here() shouldBeSameInstanceAs ctx
                user.get() shouldBe "$step"
            }
        }
        ctx[user] shouldBe "100"
    }

    coroutineTest("withContext on the same dispatcher that suspends leaves its caller in what it had") {
        val ctx = contextOf("alice")
        withContext(one) {
            withContext(ctx.asElement()) {
                delay(1)
                user.set("bob")
                yield()
                here() shouldBeSameInstanceAs ctx
            }
            here().shouldBeNull()
            yield()
            here().shouldBeNull()
        }
        ctx[user] shouldBe "bob"
    }

    coroutineTest("a suspended coroutine leaves its thread to others without its context") {
        val ctx = contextOf("alice")
        withContext(one + ctx.asElement()) {
            withContext(two) { one.call { here() }.shouldBeNull() }
            here() shouldBeSameInstanceAs ctx
        }
    }

    coroutineTest("withContext in another context goes into its own, and comes back") {
        val (outer, inner) = contextOf("outer") to contextOf("inner")
        withContext(one + outer.asElement()) {
            withContext(inner.asElement()) {
                here() shouldBeSameInstanceAs inner
                user.get() shouldBe "inner"
                yield()
                here() shouldBeSameInstanceAs inner
                user.set("changed")
            }
            here() shouldBeSameInstanceAs outer
            user.get() shouldBe "outer"
            withContext(two + inner.asElement()) {
                here() shouldBeSameInstanceAs inner
                user.get() shouldBe "changed"
            }
            here() shouldBeSameInstanceAs outer
        }
        outer[user] shouldBe "outer"
    }

    coroutineTest("withContext in the context it is in stays there") {
        val ctx = contextOf("alice")
        val element = ctx.asElement()
        withContext(one + element) {
            withContext(element) {
                here() shouldBeSameInstanceAs ctx
                yield()
                user.set("bob")
            }
            withContext(two + ctx.asElement()) { here() shouldBeSameInstanceAs ctx }
            here() shouldBeSameInstanceAs ctx
            user.get() shouldBe "bob"
        }
    }

    coroutineTest("withContext(coroutineContext) stays in the context it is in") {
        val ctx = contextOf("alice")
        withContext(one + ctx.asElement()) {
            withContext(currentCoroutineContext()) {
                here() shouldBeSameInstanceAs ctx
                yield()
                here() shouldBeSameInstanceAs ctx
                user.set("bob")
            }
            here() shouldBeSameInstanceAs ctx
            user.get() shouldBe "bob"
        }
    }

    coroutineTest("withContext that fails leaves its changes in the context, and its caller in what it had") {
        val ctx = contextOf("alice")
        withContext(one) {
            shouldThrow<IllegalArgumentException> {
                withContext(ctx.asElement()) {
                    user.set("bob")
                    throw IllegalArgumentException("at once")
                }
            }
            here().shouldBeNull()
            shouldThrow<IllegalArgumentException> {
                withContext(two + ctx.asElement()) {
                    yield()
                    user.set("carol")
                    throw IllegalArgumentException("after a suspension")
                }
            }
            here().shouldBeNull()
        }
        ctx[user] shouldBe "carol"
    }

    coroutineTest("an element serves any number of coroutines, one after the other") {
        val ctx = Context()
        val element = ctx.asElement()
        repeat(100) { round ->
            withContext(NonCancellable + element) {
                user.get() shouldBe if (round == 0) "nobody" else "${round - 1}"
                user.set("$round")
                withContext(two) { here() shouldBeSameInstanceAs ctx }
            }
        }
        ctx[user] shouldBe "99"
    }
})
