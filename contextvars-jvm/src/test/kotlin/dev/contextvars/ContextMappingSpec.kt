// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs

class ContextMappingSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar("v", 0)
    val w = ContextVar<String?>("w", "default")

    fun contextOf(first: Int, second: String?) = Context().with(Bindings.of(v, first).and(w, second))

    test("get returns the value, null or the fallback, and ignores the default") {
        val ctx = Context()
        ctx[v].shouldBeNull()
        ctx.get(v, 3) shouldBe 3
        ctx.execute { v.set(1) }
        ctx[v] shouldBe 1
        ctx.get(v, 3) shouldBe 1
    }

    test("getValue throws if the variable is not set, and ignores the default") {
        val ctx = Context()
        shouldThrow<NoSuchElementException> { ctx.getValue(v) }
        shouldThrow<UnboundVariableException> { ctx.getValue(v) }.variable shouldBeSameInstanceAs v
        ctx.with(w, null).getValue(w).shouldBeNull()
    }

    test("contains and in return whether a variable is set, including to null") {
        val ctx = Context().with(w, null)
        (w in ctx) shouldBe true
        (v in ctx) shouldBe false
    }

    test("size and isEmpty count the variables that are set") {
        val ctx = Context()
        ctx.size() to ctx.isEmpty shouldBe (0 to true)
        ctx.execute { v.set(1) }
        ctx.size() to ctx.isEmpty shouldBe (1 to false)
    }

    test("a context of 2,000 variables returns the value of each, including null") {
        val variables = List(2_000) { ContextVar<Int?>("v$it") }
        val others = List(2_000) { ContextVar<Int?>("v$it", -1) }
        val values = List(2_000) { i -> i.takeIf { it % 10 != 0 } }
        val ctx = contextAfter { variables.zip(values).forEach { (variable, value) -> variable.set(value) } }
        variables.map { ctx.getValue(it) } shouldBe values
        ctx.run { variables.map { it.get() } } shouldBe values
        others.count { it in ctx } shouldBe 0
        ctx.run { others.map { it.get() }.toSet() } shouldBe setOf(-1)
    }

    test("an iterator does not reflect later changes") {
        val ctx = contextOf(1, "a")
        val iterator = ctx.iterator()
        ctx.execute {
            v.set(2)
            repeat(40) { ContextVar<Int>("new").set(it) }
        }
        iterator.asSequence().map { it.key to it.value }.toList() shouldContainExactlyInAnyOrder
            listOf(v to 1, w to "a")
    }

    test("an iterator does not support remove") {
        val iterator = contextOf(1, "a").iterator()
        iterator.next()
        shouldThrow<UnsupportedOperationException> { iterator.remove() }
    }

    test("asMap returns a snapshot") {
        val ctx = contextOf(1, null)
        val map = ctx.asMap()
        ctx.execute { v.set(2) }
        map shouldContainExactly mapOf(v to 1, w to null)
        map[v] shouldBe 1
        map.containsKey(w) shouldBe true
        map.size to map.entries.size shouldBe (2 to 2)
    }

    test("asMap returns an unmodifiable map") {
        val map = contextOf(1, "a").asMap() as MutableMap<ContextVar<*>, Any?>
        shouldThrow<UnsupportedOperationException> { map[v] = 2 }
        shouldThrow<UnsupportedOperationException> { map.remove(v) }
        shouldThrow<UnsupportedOperationException> { map.clear() }
        shouldThrow<UnsupportedOperationException> { map.entries.first().setValue(2) }
        map[v] shouldBe 1
    }

    test("a map contains no key that is not a variable") {
        @Suppress("UNCHECKED_CAST")
        val map = contextOf(1, "a").asMap() as Map<Any?, Any?>
        map["v"].shouldBeNull()
        map[null].shouldBeNull()
        map.containsKey(null) shouldBe false
        Context().asMap().shouldBeEmpty()
    }

    // With ==, because Kotest's shouldBe compares maps without their equals.
    test("contexts are equal by identity, and their maps by content") {
        val (a, b) = List(2) { contextOf(1, "a") }
        a shouldNotBe b
        (a.asMap() == b.asMap()) shouldBe true
        a.asMap().hashCode() shouldBe b.asMap().hashCode()
        (a.asMap() == contextOf(1, "b").asMap()) shouldBe false
        (a.asMap() == Context().asMap()) shouldBe false
    }

    test("a map equals any other map of the same content, and vice versa") {
        val map = contextOf(1, null).asMap()
        val other = mapOf<ContextVar<*>, Any?>(v to 1, w to null)
        (map == other) shouldBe true
        (other == map) shouldBe true
        map.hashCode() shouldBe other.hashCode()
    }

    test("the values of a map are those of its entries") {
        val values = contextOf(1, "b").asMap().values
        values.size shouldBe 2
        values.toList().shouldContainExactlyInAnyOrder(1, "b")
        ("b" in values) shouldBe true
        ("c" in values) shouldBe false
    }

    test("an equals of a value that sets a variable changes neither map") {
        val variable = ContextVar<Any>("variable")
        val a = Context()

        class Value {
            override fun equals(other: Any?): Boolean = true.also { a.execute { v.set(99) } }

            override fun hashCode() = 0
        }
        a.execute { variable.set(Value()) }
        val map = a.asMap()
        (map == Context().with(variable, Value()).asMap()) shouldBe true
        map.containsKey(v) shouldBe false
        a[v] shouldBe 99
    }

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
