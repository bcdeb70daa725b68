// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import java.io.ByteArrayOutputStream
import java.io.ObjectInputStream
import java.io.ObjectOutputStream

class ContextVarSpec : FunSpec({
    isolateEachTest()

    test("get returns the default if the variable is not set") {
        ContextVar("v", 1).get() shouldBe 1
        ContextVar<Int?>("v", null).get().shouldBeNull()
    }

    test("Token.MISSING is a valid value and default, as in Python") {
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

    // From the 65,536th variable on, the number and its spread hash differ.
    test("get returns the value of a variable with a number above 65,536") {
        repeat(70_000) { ContextVar<Int>("v") }
        val v = ContextVar<Int>("v")
        v.set(1)
        val token = v.set(2)
        v.get() shouldBe 2
        token.oldValue shouldBe 1
        (v in Context.copyContext()) shouldBe true
    }

    test("get without a value or default throws an exception with the variable") {
        val v = ContextVar<Int>("v")
        shouldThrow<NoSuchElementException> { v.get() }
        shouldThrow<UnboundVariableException> { v.get() }.variable shouldBeSameInstanceAs v
    }

    test("get with a fallback returns the value or the fallback, not the default") {
        val v = ContextVar("v", 1)
        v.get(3) shouldBe 3
        v.set(2)
        v.get(3) shouldBe 2
    }

    test("get with a fallback distinguishes null from not set") {
        val v = ContextVar<Int?>("v", 1)
        v.get(null).shouldBeNull()
        v.set(null)
        v.get(3).shouldBeNull()
    }

    listOf(null, false, 0, "").forEach { value ->
        test("a variable can be set to ${if (value == "") "the empty string" else value}") {
            val v = ContextVar<Any?>("v", "default")
            v.set(value)
            v.get() shouldBe value
            v.isSet shouldBe true
        }
    }

    test("isSet returns whether there is a value, and ignores the default") {
        val v = ContextVar("v", 1)
        v.isSet shouldBe false
        val token = v.set(2)
        v.isSet shouldBe true
        v.reset(token)
        v.isSet shouldBe false
    }

    test("get and isSet never create a context") {
        val v = ContextVar("v", 1)
        onNewThread {
            v.get()
            v.get(2)
            v.isSet
            ThreadCells.current()
        }.shouldBeNull()
    }

    test("set on a thread without a context creates an implicit one") {
        val v = ContextVar("v", 1)
        onNewThread {
            v.set(2)
            val implicit = ThreadCells.current()
            v.set(3)
            ThreadCells.current() shouldBeSameInstanceAs implicit
            implicit?.get(v)
        } shouldBe 3
    }

    test("set returns a new token each time, including for the same value") {
        val v = ContextVar<Int>("v")
        val first = v.set(1)
        v.set(1) shouldNotBeSameInstanceAs first
    }

    test("consecutive variables have consecutive hash codes") {
        val (a, b) = List(2) { ContextVar<Int>("v") }
        b.hashCode() - a.hashCode() shouldBe 1
    }

    test("getName returns the name") {
        ContextVar<Int>("request id").name shouldBe "request id"
        ContextVar.withInitial("initial") { 1 }.name shouldBe "initial"
    }

    test("getOrNull returns the value, the default or null") {
        val v = ContextVar<String>("v")
        v.getOrNull().shouldBeNull()
        v.set("value")
        v.getOrNull() shouldBe "value"
        ContextVar("w", "default").getOrNull() shouldBe "default"
        ContextVar.withInitial("x") { "initial" }.getOrNull() shouldBe "initial"
    }

    test("an exception survives serialization, without its variable") {
        val original = shouldThrow<UnboundVariableException> { ContextVar<Int>("v").get() }
        val bytes = ByteArrayOutputStream().also { ObjectOutputStream(it).writeObject(original) }.toByteArray()
        val copy = ObjectInputStream(bytes.inputStream()).readObject() as UnboundVariableException
        copy.message shouldBe original.message
        copy.variable.shouldBeNull()
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

    test("an exception of update's function propagates, and nothing is set") {
        val v = ContextVar("v", 0)
        val failure = ArithmeticException()
        shouldThrow<ArithmeticException> { v.update { throw failure } } shouldBeSameInstanceAs failure
        v.isSet shouldBe false
    }
})
