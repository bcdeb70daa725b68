// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.checkAll

class HamtIteratorSpec : FunSpec({
    test("next returns each entry once and then throws NoSuchElementException") {
        checkAll(Arb.edits()) { edits ->
            val iterator = hamtOf(edits).iterator()
            val seen = List(hashMapOf(edits).size) { iterator.next() }

            seen.map { it.key to it.value } shouldContainExactlyInAnyOrder hashMapOf(edits).toList()
            repeat(3) {
                iterator.hasNext() shouldBe false
                shouldThrow<NoSuchElementException> { iterator.next() }
            }
        }
    }

    test("hasNext skips no entry") {
        val map = hamtOf(keysOfAllKinds)
        val iterator = map.iterator()
        val seen = mutableListOf<String>()
        while (iterator.hasNext() && iterator.hasNext() && iterator.hasNext()) seen += iterator.next().value
        seen shouldContainExactly map.map { it.value }
    }

    test("an iterator visits seven levels and the bucket below them (gh-93065)") {
        // A chain: each level has one entry and one child with the other entries.
        val keys = (0..6).map { Key("level $it", spread(1 shl 5 * it)) } + Key("in bucket", 0) + Key("in bucket too", 0)
        val map = hamtOf(keys)
        map.nodes().map { it.slots.size } shouldBe listOf(3, 3, 3, 3, 3, 3, 3, 4)
        map.map { it.value } shouldBe keys.map { it.name }
    }

    test("an iterator visits a full trie of seven levels (gh-93065)") {
        val keys = (0..127).flatMap { bits ->
            val digits = IntArray(7) { bits shr it and 1 }
            listOf(keyAt("$bits", *digits), keyAt("$bits'", *digits))
        }
        val map = hamtOf(keys)
        map.nodes().count { it.dataMap or it.nodeMap == 0 } shouldBe 128
        map.map { it.value } shouldContainExactlyInAnyOrder keys.map { it.name }
    }

    test("an iterator does not reflect later updates") {
        val map = hamtOf(keysOfAllKinds)
        val expected = map.map { it.value }
        var changing = map
        val seen = mutableListOf<String>()
        for ((key, value) in map) {
            changing = changing.without(key).assoc(Key("new $value", 1), "new")
            seen += value
        }
        seen shouldBe expected
    }

    test("iterators do not support remove, and entries do not support setValue") {
        val iterator = hamtOf(keysOfAllKinds).iterator()
        val entry = iterator.next() as MutableMap.MutableEntry
        shouldThrow<UnsupportedOperationException> { (iterator as MutableIterator).remove() }
        shouldThrow<UnsupportedOperationException> { entry.setValue("other") }
    }

    test("an entry stays valid after next") {
        val entries = hamtOf(keysOfAllKinds).toList()
        entries.forEach { (key, value) -> value shouldBe key.name }
        entries.size shouldBe keysOfAllKinds.size
    }

    test("forEach visits the entries in the order of the iterator") {
        checkAll(Arb.edits()) { edits ->
            val map = hamtOf(edits)
            val seen = mutableListOf<Pair<Key, Int?>>()
            map.forEach { key, value -> seen += key to value }
            seen shouldBe map.map { it.key to it.value }
        }
    }
})
