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

    test("a builder that is told nothing makes a variable as the constructor does") {
        val v = ContextVar.builder<Int>("v").build()
        v.name shouldBe "v"
        shouldThrow<UnboundVariableException> { v.get() }
        v.set(1)
        Context.copyContext()[v] shouldBe 1
        Context.copyContext().asMap().toString() shouldBe "{v=1}"
    }

    test("the default value is a default, be it null") {
        ContextVar
            .builder<Int>("v")
            .defaultValue(1)
            .build()
            .get() shouldBe 1
        ContextVar
            .builder<Int?>("v")
            .defaultValue(null)
            .build()
            .get()
            .shouldBeNull()
    }

    test("each build makes another variable") {
        val builder = ContextVar.builder<Int>("v")
        builder.build() shouldNotBeSameInstanceAs builder.build()
    }

    test("what a builder is told later does not reach the variables it has built") {
        val builder = ContextVar.builder<Int>("v").defaultValue(1)
        val v = builder.build()
        builder.defaultValue(2).redacted().excludeFromCopies()
        v.toString() shouldContain "default=1"
        v.set(3)
        Context.copyContext()[v] shouldBe 3
    }

    test("of two calls of one method the later one counts") {
        ContextVar
            .builder<Int>("v")
            .defaultValue(1)
            .defaultValue(2)
            .build()
            .get() shouldBe 2
        ContextVar
            .builder<Int>("v")
            .defaultSupplier { 1 }
            .defaultSupplier { 2 }
            .build()
            .get() shouldBe 2
        val v = ContextVar
            .builder<Int>("v")
            .copyWith { it + 1 }
            .copyWith { it + 10 }
            .build()
        v.set(0)
        Context.copyContext()[v] shouldBe 10
    }

    val defaultValue = "defaultValue" to { b: ContextVarBuilder<Int> -> b.defaultValue(1) }
    val defaultSupplier = "defaultSupplier" to { b: ContextVarBuilder<Int> -> b.defaultSupplier { 2 } }
    val excludeFromCopies = "excludeFromCopies" to { b: ContextVarBuilder<Int> -> b.excludeFromCopies() }
    val copyWith = "copyWith" to { b: ContextVarBuilder<Int> -> b.copyWith { it + 1 } }

    fun behaviourOf(builder: ContextVarBuilder<Int>): List<Int?> {
        val v = builder.build()
        val default = runCatching { v.get() }.getOrNull()
        v.set(5)
        return listOf(default, Context.copyContext()[v])
    }

    listOf(
        defaultValue to defaultSupplier,
        defaultSupplier to defaultValue,
        excludeFromCopies to copyWith,
        copyWith to excludeFromCopies,
    ).forEach { (first, second) ->
        test("${second.first} is refused after ${first.first}, which stays") {
            val builder = first.second(ContextVar.builder("v"))
            shouldThrow<IllegalStateException> { second.second(builder) }.message shouldBe
                "${second.first} excludes ${first.first}, which was called before"
            behaviourOf(builder) shouldBe behaviourOf(first.second(ContextVar.builder("v")))
        }
    }
})
