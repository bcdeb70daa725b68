// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe

/** Keys that collide at each of the seven levels, and in the bucket below them. */
class HamtCollisionSpec : FunSpec({
    for (level in 0..6) {
        test("keys whose hashes differ only at level $level are separated there") {
            for (hash in edgeCaseHashes) {
                val places = if (level == 6) 0..3 else 0..31
                val keys = places.map { Key("k$it", withDigit(hash, level, it)) }
                val map = hamtOf(keys)

                map.brokenInvariants().shouldBeEmpty()
                map.nodes().map { it.slots.size } shouldBe List(level) { 1 } + (2 * keys.size)
                keys.forEach { map.find(it, "absent") shouldBe it.name }
                removeAll(map, keys)
            }
        }
    }

    for (hash in edgeCaseHashes) {
        test("keys with the same hash $hash share a bucket below seven levels") {
            val keys = List(40) { Key("k$it", hash) }
            val map = hamtOf(keys)

            map.brokenInvariants().shouldBeEmpty()
            map.nodes().map { it.slots.size } shouldBe List(7) { 1 } + (2 * keys.size)
            keys.forEach { map.find(it.twin(), "absent") shouldBe it.name }
            map.find(Key("other", hash), "absent") shouldBe "absent"
            removeAll(map, keys)
        }
    }

    test("a key that shares a prefix with a bucket is stored next to it at each level") {
        val bucket = hamtOf(Key("A", 0) to "a", Key("B", 0) to "b")
        for (level in 0..6) {
            val single = Key("S", withDigit(0, level, 1))
            val map = bucket.assoc(single, "s")
            map.brokenInvariants().shouldBeEmpty()
            map.find(single, "absent") shouldBe "s"
            map.find(Key("B", 0), "absent") shouldBe "b"
            map.without(single).shape() shouldBe bucket.shape()
            map.without(Key("A", 0)).shape() shouldBe hamtOf(single to "s", Key("B", 0) to "b").shape()
        }
    }

    test("assoc in a bucket changes only the value of its key") {
        val keys = List(3) { Key("k$it", -1) }
        val map = hamtOf(keys).assoc(keys[1], "new")
        map.map { (key, value) -> "$key=$value" } shouldContainExactlyInAnyOrder listOf("k0=k0", "k1=new", "k2=k2")
    }
})

/** Returns the hash with another digit at one level. */
private fun withDigit(hash: Int, level: Int, digit: Int): Int {
    val shift = 5 * level
    return spread(spread(hash) and (31 shl shift).inv() or (digit shl shift))
}

/** Removes the keys one by one, and compares each map with a new map of the remaining keys. */
private fun removeAll(map: Hamt<Key, String>, keys: List<Key>) {
    keys.foldIndexed(map) { i, rest, key ->
        rest.without(key.twin()).also {
            it.find(key, "absent") shouldBe "absent"
            it.shape() shouldBe hamtOf(keys.drop(i + 1)).shape()
        }
    }
}
