// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs

class ContextVarBuilderSpec : FunSpec({
    isolateEachTest()

    test("a builder without options builds a variable as the constructor does") {
        val v = ContextVar.builder<Int>("v").build()
        v.name shouldBe "v"
        shouldThrow<UnboundVariableException> { v.get() }
        v.set(1)
        Context.copyContext()[v] shouldBe 1
        Context.copyContext().asMap().toString() shouldBe "{v=1}"
    }

    test("defaultValue sets the default, including null") {
        built<Int> { defaultValue(1) }.get() shouldBe 1
        built<Int?> { defaultValue(null) }.get().shouldBeNull()
    }

    test("each build creates another variable") {
        val builder = ContextVar.builder<Int>("v")
        builder.build() shouldNotBeSameInstanceAs builder.build()
    }

    test("a later change of a builder does not affect the variables that it has built") {
        val builder = ContextVar.builder<Int>("v").defaultValue(1)
        val v = builder.build()
        builder.defaultValue(2).redacted().excludeFromCopies()
        v.toString() shouldContain "default=1"
        v.set(3)
        Context.copyContext()[v] shouldBe 3
    }

    test("the last of two calls of one method wins") {
        built<Int> { defaultValue(1).defaultValue(2) }.get() shouldBe 2
        built<Int> { defaultSupplier { 1 }.defaultSupplier { 2 } }.get() shouldBe 2
        val v = built<Int> { copyWith { it + 1 }.copyWith { it + 10 } }
        v.set(0)
        Context.copyContext()[v] shouldBe 10
    }

    test("a null argument leaves the builder unchanged") {
        val builder = ContextVar.builder<Int>("v").defaultSupplier { 1 }.copyWith { it + 1 }
        shouldThrow<NullPointerException> { builder.defaultSupplier(javaNull()) }.message shouldBe "supplier"
        shouldThrow<NullPointerException> { builder.copyWith(javaNull()) }.message shouldBe "function"
        val v = builder.build()
        Context().run { v.get() to Context.copyContext()[v] } shouldBe (1 to 2)
    }

    val options = mapOf<String, ContextVarBuilder<Int>.() -> ContextVarBuilder<Int>>(
        "defaultValue" to { defaultValue(1) },
        "defaultSupplier" to { defaultSupplier { 2 } },
        "excludeFromCopies" to { excludeFromCopies() },
        "copyWith" to { copyWith { it + 1 } },
    )

    fun behaviourOf(v: ContextVar<Int>): List<Int?> {
        val default = runCatching { v.get() }.getOrNull()
        v.set(5)
        return listOf(default, Context.copyContext()[v])
    }

    listOf("defaultValue" to "defaultSupplier", "excludeFromCopies" to "copyWith")
        .flatMap { (one, two) -> listOf(one to two, two to one) }
        .forEach { (first, second) ->
            test("$second after $first throws, and $first stays") {
                val builder = options.getValue(first)(ContextVar.builder("v"))
                shouldThrow<IllegalStateException> { options.getValue(second)(builder) }.message shouldBe
                    "$second excludes $first, which was called before"
                behaviourOf(builder.build()) shouldBe behaviourOf(built(options.getValue(first)))
            }
        }

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

private fun <T> built(options: ContextVarBuilder<T>.() -> ContextVarBuilder<T>): ContextVar<T> =
    ContextVar.builder<T>("v").options().build()
