// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.checkAll

/** Going through a map. */
class HamtIteratorSpec : FunSpec({
    test("an iterator gives each entry once and then throws, however often it is asked for more") {
        checkAll(Arb.edits()) { edits ->
            val iterator = hamtOf(edits).iterator()
            val given = List(hashMapOf(edits).size) { iterator.next() }

            given.map { it.key to it.value } shouldContainExactlyInAnyOrder hashMapOf(edits).toList()
            repeat(3) {
                iterator.hasNext() shouldBe false
                shouldThrow<NoSuchElementException> { iterator.next() }
            }
        }
    }

    test("to ask hasNext never skips an entry") {
        val map = hamtOf(keysOfAllKinds)
        val iterator = map.iterator()
        val given = mutableListOf<String>()
        while (iterator.hasNext() && iterator.hasNext() && iterator.hasNext()) given += iterator.next().value
        given shouldContainExactly map.map { it.value }
    }

    test("an iterator goes through seven levels and the bucket below them (gh-93065)") {
        // A chain: at each level one entry, and a child with the rest.
        val keys = (0..6).map { Key("level $it", spread(1 shl 5 * it)) } + Key("in bucket", 0) + Key("in bucket too", 0)
        val map = hamtOf(keys)
        map.nodes().map { it.slots.size } shouldBe listOf(3, 3, 3, 3, 3, 3, 3, 4)
        map.map { it.value } shouldBe keys.map { it.name }
    }

    test("an iterator goes through a full tree of seven levels (gh-93065)") {
        val keys = (0..127).flatMap { bits ->
            val digits = IntArray(7) { bits shr it and 1 }
            listOf(keyAt("$bits", *digits), keyAt("$bits'", *digits))
        }
        val map = hamtOf(keys)
        map.nodes().count { it.dataMap or it.nodeMap == 0 } shouldBe 128
        map.map { it.value } shouldContainExactlyInAnyOrder keys.map { it.name }
    }

    test("an iterator stays with the map it was made from") {
        val map = hamtOf(keysOfAllKinds)
        val expected = map.map { it.value }
        var changing = map
        val given = mutableListOf<String>()
        for ((key, value) in map) {
            changing = changing.without(key).assoc(Key("new $value", 1), "new")
            given += value
        }
        given shouldBe expected
    }

    test("an iterator removes nothing, and its entries set nothing") {
        val iterator = hamtOf(keysOfAllKinds).iterator()
        val entry = iterator.next() as MutableMap.MutableEntry
        shouldThrow<UnsupportedOperationException> { (iterator as MutableIterator).remove() }
        shouldThrow<UnsupportedOperationException> { entry.setValue("other") }
    }

    test("an entry stays the same when the iterator goes on") {
        val entries = hamtOf(keysOfAllKinds).toList()
        entries.forEach { (key, value) -> value shouldBe key.name }
        entries.size shouldBe keysOfAllKinds.size
    }

    test("forEach goes the iterator's way") {
        checkAll(Arb.edits()) { edits ->
            val map = hamtOf(edits)
            val given = mutableListOf<Pair<Key, Int?>>()
            map.forEach { key, value -> given += key to value }
            given shouldBe map.map { it.key to it.value }
        }
    }
})
