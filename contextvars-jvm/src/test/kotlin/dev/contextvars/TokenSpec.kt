// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

class TokenSpec : FunSpec({
    isolateEachTest()

    test("reset gives back the value before the set") {
        val v = ContextVar<Int>("v")
        v.set(1)
        val token = v.set(2)
        v.reset(token)
        v.get() shouldBe 1
    }

    test("reset unbinds a variable that had no value before the set") {
        val v = ContextVar("v", 1)
        v.reset(v.set(2))
        v.isSet shouldBe false
        v.get() shouldBe 1
    }

    test("reset gives back a null") {
        val v = ContextVar<Int?>("v")
        v.set(null)
        v.reset(v.set(2))
        v.isSet shouldBe true
        v.get().shouldBeNull()
    }

    test("tokens may be used in any order") {
        val v = ContextVar<Int>("v")
        val tokens = (1..3).map { v.set(it) }
        v.reset(tokens[1])
        v.get() shouldBe 1
        v.reset(tokens[2])
        v.get() shouldBe 2
        v.reset(tokens[0])
        v.isSet shouldBe false
    }

    test("reset leaves alone what was set of other variables meanwhile") {
        val (v, other) = List(2) { ContextVar<Int>("v") }
        v.set(1)
        val token = v.set(2)
        other.set(3)
        v.reset(token)
        v.get() shouldBe 1
        other.get() shouldBe 3
    }

    test("a token can be used once") {
        val v = ContextVar<Int>("v")
        val token = v.set(1)
        v.reset(token)
        v.set(2)
        shouldThrow<IllegalStateException> { v.reset(token) }
        shouldThrow<TokenUsedException> { v.reset(token) }.token shouldBeSameInstanceAs token
        v.get() shouldBe 2
    }

    test("reset refuses a token of another variable, which stays usable") {
        val (v, other) = List(2) { ContextVar<Int>("v") }
        val token = v.set(1)
        shouldThrow<IllegalArgumentException> { other.reset(token) }
        shouldThrow<WrongVariableException> { other.reset(token) }.token shouldBeSameInstanceAs token
        v.reset(token)
        v.isSet shouldBe false
    }

    test("reset refuses a token from another context, which stays usable there") {
        val v = ContextVar<Int>("v")
        val token = v.set(1)
        Context().run {
            shouldThrow<IllegalArgumentException> { v.reset(token) }
            shouldThrow<WrongContextException> { v.reset(token) }.token shouldBeSameInstanceAs token
        }
        v.reset(token)
        v.isSet shouldBe false
    }

    test("reset refuses a token from the context that this one is a copy of") {
        val v = ContextVar<Int>("v")
        val token = v.set(1)
        shouldThrow<WrongContextException> { Context.copyContext().execute { v.reset(token) } }
    }

    test("reset refuses a token on a thread without a context") {
        val v = ContextVar<Int>("v")
        val token = v.set(1)
        shouldThrow<WrongContextException> { onNewThread { v.reset(token) } }
    }

    test("reset says that a token is used before it says that its variable is another") {
        val (v, other) = List(2) { ContextVar<Int>("v") }
        val token = v.set(1)
        v.reset(token)
        shouldThrow<TokenUsedException> { other.reset(token) }
    }

    test("reset says that the variable is another before it says that the context is") {
        val (v, other) = List(2) { ContextVar<Int>("v") }
        val token = v.set(1)
        shouldThrow<WrongVariableException> { Context().execute { other.reset(token) } }
    }

    test("a token is good in its context after that was left and entered again, on another thread too") {
        val v = ContextVar<Int>("v")
        val ctx = Context()
        val token = ctx.run { v.set(1) }
        onNewThread { ctx.execute { v.reset(token) } }
        ctx.contains(v) shouldBe false
    }

    test("a token tells its variable and the value before, also after use") {
        val v = ContextVar<Int?>("v")
        val first = v.set(null)
        val second = v.set(2)
        repeat(2) {
            first.variable shouldBeSameInstanceAs v
            first.oldValue shouldBeSameInstanceAs Token.MISSING
            second.oldValue.shouldBeNull()
            if (it == 0) listOf(second, first).forEach(v::reset)
        }
    }

    test("close resets the variable, as Python's with statement does") {
        val v = ContextVar<Int>("v")
        v.set(1)
        v.set(2).use { v.get() shouldBe 2 }
        v.get() shouldBe 1
    }

    test("close refuses a token that was used within") {
        val v = ContextVar<Int>("v")
        val token = v.set(1)
        shouldThrow<TokenUsedException> { token.use { v.reset(token) } }
    }
})
