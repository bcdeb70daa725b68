// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
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
})

private fun <T> built(options: ContextVarBuilder<T>.() -> ContextVarBuilder<T>): ContextVar<T> =
    ContextVar.builder<T>("v").options().build()
