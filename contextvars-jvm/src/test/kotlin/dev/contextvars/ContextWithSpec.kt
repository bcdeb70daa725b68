// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldNotBeSameInstanceAs

class ContextWithSpec : FunSpec({
    isolateEachTest()

    val a = ContextVar<Int>("a")
    val b = ContextVar<Int>("b")
    val c = ContextVar<Int?>("c")

    fun contextOfAAndB() = Context().apply {
        execute {
            a.set(1)
            b.set(2)
        }
    }

    test("with gives a copy in which the variables have the values") {
        val ctx = contextOfAAndB()
        ctx.with(Bindings.of(b, 20).and(c, null)).asMap() shouldContainExactly mapOf(a to 1, b to 20, c to null)
        ctx.asMap() shouldContainExactly mapOf(a to 1, b to 2)
    }

    test("with lets the later value of one variable count") {
        contextOfAAndB().with(Bindings.of(a, 5).and(a, 6))[a] shouldBe 6
    }

    test("without gives a copy in which the variables are not bound") {
        val ctx = contextOfAAndB()
        ctx.without(a, c).asMap() shouldContainExactly mapOf(b to 2)
        ctx.without(a, b).isEmpty shouldBe true
        ctx.asMap() shouldContainExactly mapOf(a to 1, b to 2)
    }

    test("without of nothing is a copy") {
        val ctx = contextOfAAndB()
        val copy = ctx.without()
        copy shouldNotBeSameInstanceAs ctx
        copy.asMap() shouldBe ctx.asMap()
    }

    test("both are independent of the original, and entered by nobody") {
        val ctx = contextOfAAndB()
        ctx.execute {
            val with = ctx.with(Bindings.of(c, 3))
            val without = ctx.without(b)
            a.set(100)
            listOf(with, without).forEach { derived ->
                derived.run { a.get() } shouldBe 1
                derived.execute { a.set(50) }
            }
            a.get() shouldBe 100
        }
    }

    test("with of one variable returns a copy in which it has the value") {
        val ctx = contextOfAAndB()
        ctx.with(b, 20).asMap() shouldContainExactly mapOf(a to 1, b to 20)
        ctx.asMap() shouldContainExactly mapOf(a to 1, b to 2)
    }
})
