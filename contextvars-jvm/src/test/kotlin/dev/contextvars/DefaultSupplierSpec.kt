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

    fun counting() = ContextVar.builder<Int>("v").defaultSupplier { ++calls }.build()

    test("the first get in a context computes the default and binds the variable to it") {
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

    test("a copy has the default that was computed before it, and computes one that was not") {
        val v = counting()
        val earlier = Context.copyContext()
        v.get() shouldBe 1
        Context.copyContext().run { v.get() } shouldBe 1
        earlier.run { v.get() } shouldBe 2
        v.get() shouldBe 1
    }

    test("a default computed to be null is bound, too") {
        val v = ContextVar
            .builder<Int?>("v")
            .defaultSupplier {
                calls++
                null
            }.build()
        repeat(2) { v.get().shouldBeNull() }
        calls shouldBe 1
        v.isSet shouldBe true
    }

    test("on a thread without a context each get computes, and gives the thread none") {
        val v = counting()
        onNewThread {
            List(2) { v.get() } shouldBe listOf(1, 2)
            v.isSet shouldBe false
            ThreadCells.current()
        }.shouldBeNull()
    }

    test("an exception from the supplier passes, and nothing is bound") {
        val failure = ArithmeticException()
        val v = ContextVar.builder<Int>("v").defaultSupplier { if (++calls == 1) throw failure else calls }.build()
        shouldThrow<ArithmeticException> { v.get() } shouldBeSameInstanceAs failure
        v.isSet shouldBe false
        v.get() shouldBe 2
    }

    test("a value that the supplier itself binds stays, whatever the supplier returns") {
        lateinit var v: ContextVar<Int>
        v = ContextVar.builder<Int>("v").defaultSupplier { 2.also { v.set(1) } }.build()
        repeat(2) { v.get() shouldBe 1 }
        onNewThread { List(2) { v.get() } } shouldBe listOf(1, 1)
    }

    test("where the supplier gives the thread a context, the default is bound there") {
        val other = ContextVar<Int>("other")
        val v = ContextVar.builder<Int>("v").defaultSupplier { (++calls).also { other.set(it) } }.build()
        onNewThread { List(2) { v.get() } } shouldBe listOf(1, 1)
    }

    test("a value that is set is got without the supplier") {
        val v = counting()
        v.set(5)
        v.get() shouldBe 5
        calls shouldBe 0
    }

    test("a reset takes the variable back to the computed default, or to one yet to be computed") {
        val v = counting()
        v.reset(v.set(5))
        v.get() shouldBe 1
        v.reset(v.set(5))
        v.get() shouldBe 1
    }

    test("nothing but get computes the default") {
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
