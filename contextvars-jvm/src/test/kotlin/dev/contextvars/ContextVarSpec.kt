// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs

class ContextVarSpec : FunSpec({
    isolateEachTest()

    test("get gives the value in the current context") {
        val v = ContextVar("v", 1)
        v.set(2)
        v.get() shouldBe 2
    }

    test("get gives the default where the variable is not set") {
        ContextVar("v", 1).get() shouldBe 1
    }

    test("a default of null is a default") {
        ContextVar<Int?>("v", null).get().shouldBeNull()
    }

    test("Token.MISSING is a value and a default like any other, as in Python") {
        ContextVar<Any?>("v", Token.MISSING).get() shouldBeSameInstanceAs Token.MISSING
        val v = ContextVar<Any?>("v")
        val token = v.set(Token.MISSING)
        v.get() shouldBeSameInstanceAs Token.MISSING
        v.get("fallback") shouldBeSameInstanceAs Token.MISSING
        v.isSet shouldBe true
        val copy = Context.copyContext()
        (v in copy) shouldBe true
        copy[v] shouldBeSameInstanceAs Token.MISSING
        copy.getValue(v) shouldBeSameInstanceAs Token.MISSING
        v.reset(v.set(1))
        v.get() shouldBeSameInstanceAs Token.MISSING
        v.set(2)
        v.reset(token)
        v.isSet shouldBe false
    }

    // From the 65,536th on a number and its spread hash differ.
    test("a variable is found whatever its number") {
        repeat(70_000) { ContextVar<Int>("v") }
        val v = ContextVar<Int>("v")
        v.set(1)
        val token = v.set(2)
        v.get() shouldBe 2
        token.oldValue shouldBe 1
        (v in Context.copyContext()) shouldBe true
    }

    test("get without value and default fails, and the exception carries the variable") {
        val v = ContextVar<Int>("v")
        shouldThrow<NoSuchElementException> { v.get() }
        shouldThrow<UnboundVariableException> { v.get() }.variable shouldBeSameInstanceAs v
    }

    test("get with a fallback prefers the value, and ignores the default") {
        val v = ContextVar("v", 1)
        v.get(3) shouldBe 3
        v.set(2)
        v.get(3) shouldBe 2
    }

    test("the fallback may be null, as may the value that it does not replace") {
        val v = ContextVar<Int?>("v", 1)
        v.get(null).shouldBeNull()
        v.set(null)
        v.get(3).shouldBeNull()
    }

    listOf(null, false, 0, "").forEach { value ->
        test("a value that is ${if (value == "") "the empty string" else value} is a value like any other") {
            val v = ContextVar<Any?>("v", "default")
            v.set(value)
            v.get() shouldBe value
            v.isSet shouldBe true
        }
    }

    test("isSet tells of a value, not of a default") {
        val v = ContextVar("v", 1)
        v.isSet shouldBe false
        val token = v.set(2)
        v.isSet shouldBe true
        v.reset(token)
        v.isSet shouldBe false
    }

    test("get and isSet never give a thread a context") {
        val v = ContextVar("v", 1)
        onNewThread {
            v.get()
            v.get(2)
            v.isSet
            ThreadCells.current()
        }.shouldBeNull()
    }

    test("set gives a thread without a context one of its own, and keeps it") {
        val v = ContextVar("v", 1)
        onNewThread {
            v.set(2)
            val own = ThreadCells.current()
            v.set(3)
            ThreadCells.current() shouldBeSameInstanceAs own
            own?.get(v)
        } shouldBe 3
    }

    test("set makes a new token each time, for the same value too") {
        val v = ContextVar<Int>("v")
        val first = v.set(1)
        v.set(1) shouldNotBeSameInstanceAs first
    }

    test("variables of one name are different variables") {
        val (a, b) = List(2) { ContextVar<Int>("same") }
        a.set(1)
        b.isSet shouldBe false
        (a == b) shouldBe false
    }

    test("variables made one after the other have numbers one after the other") {
        val (a, b) = List(2) { ContextVar<Int>("v") }
        b.hashCode() - a.hashCode() shouldBe 1
    }

    test("a variable tells its name") {
        ContextVar<Int>("request id").name shouldBe "request id"
    }

    test("getOrNull returns the value, else the default, else null") {
        val v = ContextVar<String>("v")
        v.getOrNull().shouldBeNull()
        v.set("value")
        v.getOrNull() shouldBe "value"
        ContextVar("w", "default").getOrNull() shouldBe "default"
        ContextVar.withInitial("x") { "initial" }.getOrNull() shouldBe "initial"
    }

    test("withInitial creates a variable whose default is computed once per context") {
        var calls = 0
        val v = ContextVar.withInitial("v") { ++calls }
        List(2) { v.get() } shouldBe listOf(1, 1)
        v.name shouldBe "v"
    }
})
