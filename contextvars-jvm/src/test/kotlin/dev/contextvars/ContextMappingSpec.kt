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

class ContextMappingSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar("v", 0)
    val w = ContextVar<String?>("w", "default")

    fun contextOf(v: Int, w: String?, vars: Pair<ContextVar<Int>, ContextVar<String?>>) = Context().apply {
        execute {
            vars.first.set(v)
            vars.second.set(w)
        }
    }

    test("get gives the value, or null, or the fallback, and ignores the default") {
        val ctx = Context()
        ctx[v].shouldBeNull()
        ctx.get(v, 3) shouldBe 3
        ctx.execute { v.set(1) }
        ctx[v] shouldBe 1
        ctx.get(v, 3) shouldBe 1
    }

    test("getValue wants the variable bound, and ignores the default") {
        val ctx = Context()
        shouldThrow<NoSuchElementException> { ctx.getValue(v) }
        shouldThrow<UnboundVariableException> { ctx.getValue(v) }.variable shouldBeSameInstanceAs v
        ctx.execute { w.set(null) }
        ctx.getValue(w).shouldBeNull()
    }

    test("contains and in tell what is bound, be it to null") {
        val ctx = Context()
        (w in ctx) shouldBe false
        ctx.execute { w.set(null) }
        (w in ctx) shouldBe true
        (v in ctx) shouldBe false
    }

    test("size and isEmpty count what is bound") {
        val ctx = Context()
        ctx.size() shouldBe 0
        ctx.isEmpty shouldBe true
        ctx.execute { v.set(1) }
        ctx.size() shouldBe 1
        ctx.isEmpty shouldBe false
    }

    test("iteration gives each variable with its value") {
        val seen = mutableListOf<Pair<ContextVar<*>, Any?>>()
        for ((variable, value) in contextOf(1, null, v to w)) seen += variable to value
        seen shouldContainExactlyInAnyOrder listOf(v to 1, w to null)
    }

    test("an iterator keeps to the moment it was made, whatever is set meanwhile") {
        val ctx = contextOf(1, "a", v to w)
        val iterator = ctx.iterator()
        ctx.execute {
            v.set(2)
            repeat(40) { ContextVar<Int>("new").set(it) }
        }
        iterator.asSequence().map { it.key to it.value }.toList() shouldContainExactlyInAnyOrder
            listOf(v to 1, w to "a")
    }

    test("an iterator removes nothing") {
        val iterator = contextOf(1, "a", v to w).iterator()
        iterator.next()
        shouldThrow<UnsupportedOperationException> { iterator.remove() }
    }

    test("asMap keeps to its moment") {
        val ctx = contextOf(1, null, v to w)
        val map = ctx.asMap()
        ctx.execute { v.set(2) }
        map shouldContainExactly mapOf(v to 1, w to null)
        map[v] shouldBe 1
        map.containsKey(w) shouldBe true
        map.size shouldBe 2
        map.entries.size shouldBe 2
    }

    test("asMap cannot be changed") {
        val map = contextOf(1, "a", v to w).asMap() as MutableMap<ContextVar<*>, Any?>
        shouldThrow<UnsupportedOperationException> { map[v] = 2 }
        shouldThrow<UnsupportedOperationException> { map.remove(v) }
        shouldThrow<UnsupportedOperationException> { map.clear() }
        shouldThrow<UnsupportedOperationException> { map.entries.first().setValue(2) }
        map[v] shouldBe 1
    }

    test("asMap does not know keys that are no variables") {
        @Suppress("UNCHECKED_CAST")
        val map = contextOf(1, "a", v to w).asMap() as Map<Any?, Any?>
        map["v"].shouldBeNull()
        map[null].shouldBeNull()
        map.containsKey(null) shouldBe false
        Context().asMap().shouldBeEmpty()
    }

    test("contexts are equal by identity, their maps by content") {
        val a = contextOf(1, "a", v to w)
        val b = contextOf(1, "a", v to w)
        a shouldNotBe b
        // With ==, as Kotest's shouldBe compares maps by itself, and never asks them.
        (a.asMap() == b.asMap()) shouldBe true
        a.asMap().hashCode() shouldBe b.asMap().hashCode()
        (a.asMap() == contextOf(1, "b", v to w).asMap()) shouldBe false
        (a.asMap() == Context().asMap()) shouldBe false
    }

    test("asMap equals any other map of the same content, either way round") {
        val map = contextOf(1, null, v to w).asMap()
        val plain = mapOf<ContextVar<*>, Any?>(v to 1, w to null)
        (map == plain) shouldBe true
        (plain == map) shouldBe true
        map.hashCode() shouldBe plain.hashCode()
    }

    test("the values of a mapping are those of its entries") {
        val (first, second) = ContextVar<String>("first") to ContextVar<String>("second")
        val values = Context()
            .with(Bindings.of(first, "a").and(second, "b"))
            .asMap()
            .values
        values.size shouldBe 2
        values.toList().shouldContainExactlyInAnyOrder("a", "b")
        ("b" in values) shouldBe true
        ("c" in values) shouldBe false
    }

    test("values that set a variable while they are compared disturb neither map") {
        val meddler = ContextVar<Any>("meddler")
        val a = Context()

        class Meddling {
            override fun equals(other: Any?): Boolean = true.also { a.execute { v.set(99) } }

            override fun hashCode() = 0
        }
        a.execute { meddler.set(Meddling()) }
        val b = Context().apply { execute { meddler.set(Meddling()) } }
        val map = a.asMap()
        (map == b.asMap()) shouldBe true
        map.containsKey(v) shouldBe false
        a[v] shouldBe 99
    }
})
