// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.WrongContextException
import dev.contextvars.testing.TestThread
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/** withValue sets, runs its block and resets, like Python's `with var.set(value):`. */
class WithValueSpec : CoroutineSpec({
    test("withValue runs its block with the value and returns its result") {
        contextOf("before").run {
            user.withValue("inside") { user.get().length } shouldBe 6
            user.get() shouldBe "before"
        }
    }

    test("withValue unsets a variable that was not set") {
        Context().run {
            user.withValue("inside") { user.isSet() } shouldBe true
            user.isSet() shouldBe false
        }
    }

    test("withValue nests, and resets changes made by its block") {
        Context().run {
            user.withValue("outer") {
                user.withValue("inner") { user.set("set by hand") }
                user.get() shouldBe "outer"
            }
            user.get() shouldBe "nobody"
        }
    }

    test("withValue resets when its block throws") {
        val failure = IllegalStateException("block")
        contextOf("before").run {
            val thrown = shouldThrow<IllegalStateException> { user.withValue("inside") { throw failure } }
            (thrown === failure) shouldBe true
            thrown.suppressed.toList().shouldBeEmpty()
            user.get() shouldBe "before"
        }
    }

    test("withValue resets when its block returns from the enclosing function") {
        fun early(): String {
            user.withValue("inside") { return "returned from ${user.get()}" }
        }
        contextOf("before").run {
            early() shouldBe "returned from inside"
            user.get() shouldBe "before"
        }
    }

    test("withValue has the contract that its block is called exactly once") {
        val assigned: String
        contextOf("before").run { user.get() } shouldBe "before"
        val ctx = Context()
        ctx.enter()
        user.withValue("inside") { assigned = user.get() }
        ctx.exit()
        assigned shouldBe "inside"
    }

    fun inContext(ctx: Context, block: () -> Unit) = TestThread("swapping").use { thread ->
        thread { ContextSwap.swap(ctx) }
        thread(block)
    }

    test("withValue throws if its block has changed the current context") {
        val (first, other) = contextOf("first") to contextOf("other")
        inContext(first) {
            shouldThrow<WrongContextException> { user.withValue("inside") { ContextSwap.swap(other) } }
        }
        first[user] shouldBe "inside"
        other[user] shouldBe "other"
    }

    test("withValue adds a failure to reset as suppressed to its block's exception") {
        inContext(contextOf("first")) {
            val thrown = shouldThrow<IllegalStateException> {
                user.withValue("inside") {
                    ContextSwap.swap(contextOf("other"))
                    error("block")
                }
            }
            thrown.message shouldBe "block"
            thrown.suppressed.single().shouldBeInstanceOf<WrongContextException>()
        }
    }

    coroutineTest("withValue keeps the value of a suspending block on every thread") {
        val ctx = contextOf("before")
        withContext(Dispatchers.Default + ctx.asElement()) {
            val seen = user.withValue("inside") {
                resumedElsewhere()
                withContext(Dispatchers.IO) { yield() }
                user.get()
            }
            seen shouldBe "inside"
            user.get() shouldBe "before"
        }
    }

    coroutineTest("withValue resets when its coroutine is cancelled") {
        val ctx = contextOf("before")
        withContext(one) {
            val job = launch(ctx.asSharedElement()) {
                try {
                    user.withValue("inside") { awaitCancellation() }
                } catch (cancelled: CancellationException) {
                    cancelled.suppressed.toList().shouldBeEmpty()
                    user.get() shouldBe "before"
                    user.set("cancelled")
                }
            }
            yield()
            ctx[user] shouldBe "inside"
            job.cancelAndJoin()
        }
        ctx[user] shouldBe "cancelled"
    }

    test("withValue accepts null for a nullable variable") {
        val nullable = ContextVar<String?>("nullable", "default")
        Context().run {
            nullable.withValue(null) { nullable.get() } shouldBe null
            nullable.get() shouldBe "default"
        }
    }
})
