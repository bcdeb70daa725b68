// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.checkAll
import java.util.concurrent.Callable
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.Executors

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
        val map = hamtOf(awkwardKeys)
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
        val map = hamtOf(awkwardKeys)
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
        val iterator = hamtOf(awkwardKeys).iterator()
        val entry = iterator.next() as MutableMap.MutableEntry
        shouldThrow<UnsupportedOperationException> { (iterator as MutableIterator).remove() }
        shouldThrow<UnsupportedOperationException> { entry.setValue("other") }
    }

    test("an entry stays the same when the iterator goes on") {
        val entries = hamtOf(awkwardKeys).toList()
        entries.forEach { (key, value) -> value shouldBe key.name }
        entries.size shouldBe awkwardKeys.size
    }

    test("forEach goes the iterator's way") {
        checkAll(Arb.edits()) { edits ->
            val map = hamtOf(edits)
            val given = mutableListOf<Pair<Key, Int?>>()
            map.forEach { key, value -> given += key to value }
            given shouldBe map.map { it.key to it.value }
        }
    }

    test("two threads with one iterator get entries of its map or a NoSuchElementException (gh-154535)") {
        // Nodes of all kinds and levels: what is read at a wrong index is no entry.
        val map = hamtOf(awkwardKeys + List(200) { Key("k$it", it * 0x01000193) })
        val pool = Executors.newFixedThreadPool(2)
        try {
            val faults = List(2_000) {
                val iterator = map.iterator()
                val start = CyclicBarrier(2)
                val drain = Callable {
                    start.await()
                    faultsWhileDraining(iterator, map)
                }
                List(2) { pool.submit(drain) }.mapNotNull { it.get() }
            }
            faults.flatten().shouldBeEmpty()
        } finally {
            pool.shutdown()
        }
    }
})

/** Takes all that an iterator gives, by `next` alone or after `hasNext`; returns what should not have come, if it did. */
private fun faultsWhileDraining(iterator: Iterator<Map.Entry<Key, String>>, map: Hamt<Key, String>): String? {
    try {
        repeat(100 * map.size()) { step ->
            if (step % 2 == 0 && !iterator.hasNext()) return null
            val (key, value) = iterator.next()
            if (map.find(key, "absent") !== value) return "$key=$value"
        }
        return "no end"
    } catch (_: NoSuchElementException) {
        return null
    } catch (crash: Exception) {
        return crash.toString()
    }
}
