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
    val ctx = Context().with(Bindings.of(a, 1).and(b, 2))

    afterTest { ctx.asMap() shouldContainExactly mapOf(a to 1, b to 2) }

    test("with returns a copy with the values") {
        ctx.with(Bindings.of(b, 20).and(c, null)).asMap() shouldContainExactly mapOf(a to 1, b to 20, c to null)
        ctx.with(c, 3).asMap() shouldContainExactly mapOf(a to 1, b to 2, c to 3)
    }

    test("with uses the last of two values of a variable") {
        ctx.with(Bindings.of(a, 5).and(a, 6))[a] shouldBe 6
    }

    test("without returns a copy without the variables") {
        ctx.without(a, c).asMap() shouldContainExactly mapOf(b to 2)
        ctx.without(a, b).isEmpty shouldBe true
    }

    test("without() with no arguments returns a copy") {
        val copy = ctx.without()
        copy shouldNotBeSameInstanceAs ctx
        copy.asMap() shouldBe ctx.asMap()
    }

    test("the copies of an entered context are independent and not entered") {
        val original = ctx.copy()
        original.execute {
            val copies = listOf(original.with(c, 3), original.without(b))
            a.set(100)
            copies.forEach { copy ->
                copy.run { a.get() } shouldBe 1
                copy.execute { a.set(50) }
            }
            a.get() shouldBe 100
        }
    }
})
