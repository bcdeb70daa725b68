// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs

class UpdateSpec : FunSpec({
    isolateEachTest()

    test("update sets the variable to the function's result") {
        val v = ContextVar("v", 0)
        v.set(1)
        v.update { it + 1 }
        v.get() shouldBe 2
    }

    test("update passes the default to the function if the variable is not set") {
        val v = ContextVar("v", 10)
        v.update { it + 1 }
        v.get() shouldBe 11
        val computed = ContextVar.withInitial("v") { 20 }
        computed.update { it + 1 }
        computed.get() shouldBe 21
    }

    test("update passes and sets null") {
        val v = ContextVar<Int?>("v", null)
        v.update { it?.plus(1) }
        v.isSet shouldBe true
        v.get().shouldBeNull()
    }

    test("update returns a new token each time, which resets the variable") {
        val v = ContextVar("v", 0)
        val first = v.update { it }
        val second = v.update { it }
        second shouldNotBeSameInstanceAs first
        v.update { it + 1 }.use { v.get() shouldBe 1 }
        v.get() shouldBe 0
        v.reset(second)
        v.reset(first)
        v.isSet shouldBe false
    }

    test("update without a value or default throws and does not call the function") {
        val v = ContextVar<Int>("v")
        shouldThrow<UnboundVariableException> { v.update { error("called") } }.variable shouldBeSameInstanceAs v
        v.isSet shouldBe false
    }

    test("an exception of the function propagates, and nothing is set") {
        val v = ContextVar("v", 0)
        val failure = ArithmeticException()
        shouldThrow<ArithmeticException> { v.update { throw failure } } shouldBeSameInstanceAs failure
        v.isSet shouldBe false
    }

    test("update on a thread without a context creates an implicit one") {
        val v = ContextVar("v", 0)
        onNewThread {
            v.update { it + 1 }
            v.get()
        } shouldBe 1
    }
})
