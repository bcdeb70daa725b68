// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.checkAll
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger

class HamtIteratorSpec : FunSpec({
    test("next returns each entry once, which stays valid, and then throws NoSuchElementException") {
        checkAll(Arb.edits()) { edits ->
            val iterator = hamtOf(edits).iterator()
            val seen = List(hashMapOf(edits).size) {
                repeat(3) { iterator.hasNext() shouldBe true }
                iterator.next()
            }

            seen.map { it.key to it.value } shouldContainExactlyInAnyOrder hashMapOf(edits).toList()
            repeat(3) {
                iterator.hasNext() shouldBe false
                shouldThrow<NoSuchElementException> { iterator.next() }
            }
        }
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

    test("forEach visits the entries in the order of the iterator") {
        checkAll(Arb.edits()) { edits ->
            val map = hamtOf(edits)
            val seen = mutableListOf<Pair<Key, Int?>>()
            map.forEach { key, value -> seen += key to value }
            seen shouldBe map.map { it.key to it.value }
        }
    }

    test("two threads with one iterator get valid entries or NoSuchElementException") {
        seeded { random ->
            // Up to four entries per node in seven levels, so that the threads change nodes often.
            val keys = (0 until (1 shl 14)).filter { random.nextBoolean() }.map { bits ->
                keyAt("k$bits", *IntArray(7) { level -> bits shr 2 * level and 3 })
            }
            val map = hamtOf(keys)
            val pool = Executors.newFixedThreadPool(2)
            try {
                val faults = (1..500).flatMap {
                    val iterator = map.iterator()
                    val ready = AtomicInteger()
                    val drain = Callable {
                        ready.incrementAndGet()
                        while (ready.get() < 2) Thread.yield() // the other thread may need this processor
                        drain(iterator, 100 * map.size())
                    }
                    pool.invokeAll(listOf(drain, drain)).map { it.get() }
                }
                faults.filterNotNull().shouldBeEmpty()
            } finally {
                pool.shutdown()
            }
        }
    }
})

/** Reads an iterator to its end, with and without hasNext. Returns the first error, or null. */
private fun drain(iterator: Iterator<Map.Entry<Key, String>>, limit: Int): String? {
    try {
        repeat(limit) { step ->
            if (step % 2 == 0 && !iterator.hasNext()) return null
            val (key, value) = iterator.next()
            if (value !== key.name) return "$key=$value mixes two entries"
        }
        return "endless"
    } catch (_: NoSuchElementException) {
        return null
    } catch (crash: Exception) {
        return crash.toString()
    }
}
