// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.types.shouldBeSameInstanceAs

class DefaultSupplierSpec : FunSpec({
    isolateEachTest()

    var calls = 0
    beforeTest { calls = 0 }

    fun counting() = ContextVar.withInitial("v") { ++calls }

    test("the first get in a context computes the default and sets the variable to it") {
        val v = counting()
        v.isSet shouldBe false
        List(3) { v.get() } shouldBe listOf(1, 1, 1)
        v.isSet shouldBe true
        Context.copyContext()[v] shouldBe 1
    }

    test("each context computes its own default") {
        val v = counting()
        List(2) { Context() }.map { it.run { v.get() } } shouldBe listOf(1, 2)
    }

    test("a copy has the default if it was computed before, and computes it otherwise") {
        val v = counting()
        val earlier = Context.copyContext()
        v.get() shouldBe 1
        Context.copyContext().run { v.get() } shouldBe 1
        earlier.run { v.get() } shouldBe 2
        v.get() shouldBe 1
    }

    test("a computed default of null is computed only once") {
        val v = ContextVar.withInitial<Int?>("v") { null.also { calls++ } }
        repeat(2) { v.get().shouldBeNull() }
        calls shouldBe 1
        v.isSet shouldBe true
    }

    test("each get on a thread without a context computes the default and sets nothing") {
        val v = counting()
        onNewThread {
            List(2) { v.get() } shouldBe listOf(1, 2)
            v.isSet shouldBe false
            ThreadCells.current()
        }.shouldBeNull()
    }

    test("an exception of the supplier propagates, and nothing is set") {
        val failure = ArithmeticException()
        val v = ContextVar.withInitial("v") { if (++calls == 1) throw failure else calls }
        shouldThrow<ArithmeticException> { v.get() } shouldBeSameInstanceAs failure
        v.isSet shouldBe false
        v.get() shouldBe 2
    }

    test("a value that the supplier sets wins over the value that it returns") {
        lateinit var v: ContextVar<Int>
        v = ContextVar.withInitial("v") { 2.also { v.set(1) } }
        repeat(2) { v.get() shouldBe 1 }
        onNewThread { List(2) { v.get() } } shouldBe listOf(1, 1)
    }

    test("the default is set in the context that the supplier's own set has created") {
        val other = ContextVar<Int>("other")
        val v = ContextVar.withInitial("v") { (++calls).also { other.set(it) } }
        onNewThread { List(2) { v.get() } } shouldBe listOf(1, 1)
    }

    test("get of a variable that is set does not call the supplier") {
        val v = counting()
        v.set(5)
        v.get() shouldBe 5
        calls shouldBe 0
    }

    test("reset restores the computed default, or computes it at the next get") {
        val v = counting()
        v.reset(v.set(5))
        v.get() shouldBe 1
        v.reset(v.set(5))
        v.get() shouldBe 1
    }

    test("only get without a fallback computes the default") {
        val v = counting()
        v.get(5) shouldBe 5
        v.isSet shouldBe false
        val ctx = Context.copyContext()
        ctx[v].shouldBeNull()
        ctx.get(v, 6) shouldBe 6
        (v in ctx) shouldBe false
        shouldThrow<UnboundVariableException> { ctx.getValue(v) }
        v.toString() shouldMatch "<ContextVar name='v' at 0x[0-9a-f]+>"
        calls shouldBe 0
    }
})
