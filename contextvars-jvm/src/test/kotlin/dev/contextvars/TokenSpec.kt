// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs

class TokenSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar<Int?>("v")
    val other = ContextVar<Int>("other")

    mapOf<String, (Token<Int?>) -> Unit>(
        "reset" to { v.reset(it) },
        "close" to { it.close() },
        "tryReset" to { it.tryReset() shouldBe true },
    ).forEach { (name, reset) ->
        test("$name restores the previous value") {
            v.set(1)
            val token = v.set(2)
            reset(token)
            v.get() shouldBe 1
            token.toString() shouldStartWith "<Token used"
        }

        test("$name unsets a variable that was not set before") {
            reset(v.set(2))
            v.isSet shouldBe false
            v.get(1) shouldBe 1
        }

        test("$name restores null") {
            v.set(null)
            reset(v.set(2))
            v.isSet shouldBe true
            v.get().shouldBeNull()
        }

        test("$name succeeds in the same context on another thread") {
            val ctx = Context()
            val token = ctx.run { v.set(1) }
            onNewThread { ctx.execute { reset(token) } }
            (v in ctx) shouldBe false
        }
    }

    test("tokens can be used in any order") {
        val tokens = (1..3).map { v.set(it) }
        v.reset(tokens[1])
        v.get() shouldBe 1
        v.reset(tokens[2])
        v.get() shouldBe 2
        v.reset(tokens[0])
        v.isSet shouldBe false
    }

    test("reset with a used token throws and changes nothing") {
        val token = v.set(1)
        v.reset(token)
        v.set(2)
        shouldThrow<IllegalStateException> { v.reset(token) }
        shouldThrow<TokenUsedException> { v.reset(token) }.token shouldBeSameInstanceAs token
        token.tryReset() shouldBe false
        v.get() shouldBe 2
    }

    test("reset with a token of another variable throws, and the token stays usable") {
        val token = other.set(1)

        @Suppress("UNCHECKED_CAST")
        val wrong = token as Token<Int?>
        shouldThrow<IllegalArgumentException> { v.reset(wrong) }
        shouldThrow<WrongVariableException> { v.reset(wrong) }.token shouldBeSameInstanceAs token
        other.reset(token)
        other.isSet shouldBe false
    }

    mapOf(
        "in another context" to { body: () -> Unit -> Context().execute(body) },
        "in a copy of its context" to { body: () -> Unit -> Context.copyContext().execute(body) },
        "on a thread without a context" to { body: () -> Unit -> onNewThread { body() } },
        "on a thread with an implicit context" to { body: () -> Unit -> onNewThread { other.set(1).run { body() } } },
    ).forEach { (place, runIn) ->
        test("a token cannot be used $place, but later in its own") {
            val token = v.set(1)
            runIn {
                val before = v.get(null)
                shouldThrow<IllegalArgumentException> { v.reset(token) }
                shouldThrow<WrongContextException> { v.reset(token) }.token shouldBeSameInstanceAs token
                token.tryReset() shouldBe false
                v.get(null) shouldBe before
            }
            v.get() shouldBe 1
            token.tryReset() shouldBe true
            v.isSet shouldBe false
        }
    }

    test("tryReset returns false for a token of another thread's implicit context") {
        val token = onNewThread { v.set(1) }
        token.tryReset() shouldBe false
        onNewThread { token.tryReset() } shouldBe false
        onNewThread {
            v.set(2)
            token.tryReset() to v.get()
        } shouldBe (false to 2)
    }

    test("tryReset returns false while another thread is in the context") {
        val ctx = Context()
        val token = ctx.run { v.set(1) }
        ctx.execute {
            onNewThread {
                ContextSwap.swap(ctx)
                token.tryReset()
            } shouldBe false
            ctx[v] shouldBe 1
            token.tryReset() shouldBe true
        }
    }

    test("reset checks for a used token before a wrong variable") {
        val token = v.set(1).also { v.reset(it) }
        shouldThrow<TokenUsedException> { ContextVar<Int?>("other").reset(token) }
    }

    test("reset checks for a wrong variable before a wrong context") {
        val token = v.set(1)
        shouldThrow<WrongVariableException> { Context().execute { ContextVar<Int?>("other").reset(token) } }
    }

    test("a token returns its variable and old value, even after use") {
        val first = v.set(null)
        val second = v.set(2)
        repeat(2) {
            first.variable shouldBeSameInstanceAs v
            first.oldValue shouldBeSameInstanceAs Token.MISSING
            second.oldValue.shouldBeNull()
            if (it == 0) listOf(second, first).forEach(v::reset)
        }
    }

    test("use closes the token, as Python's with statement does") {
        v.set(1)
        v.set(2).use { v.get() shouldBe 2 }
        v.get() shouldBe 1
        val token = v.set(3)
        shouldThrow<TokenUsedException> { token.use { v.reset(token) } }
    }
})
