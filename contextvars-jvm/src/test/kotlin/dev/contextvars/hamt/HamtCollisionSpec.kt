// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe

/** Keys that meet: at each of the seven levels, and in the bucket below them. */
class HamtCollisionSpec : FunSpec({
    for (level in 0..6) {
        test("keys whose hashes differ at level $level alone are told apart there") {
            for (hash in awkwardHashes) {
                val places = if (level == 6) 0..3 else 0..31
                val keys = places.map { Key("k$it", withDigit(hash, level, it)) }
                val map = hamtOf(keys)

                map.brokenInvariants().shouldBeEmpty()
                map.nodes().map { it.slots.size } shouldBe List(level) { 1 } + (2 * keys.size)
                keys.forEach { map.find(it, "absent") shouldBe it.name }
                takeOut(map, keys)
            }
        }
    }

    for (hash in awkwardHashes) {
        test("keys with the hash $hash in common share a bucket below seven levels") {
            val keys = List(40) { Key("k$it", hash) }
            val map = hamtOf(keys)

            map.brokenInvariants().shouldBeEmpty()
            map.nodes().map { it.slots.size } shouldBe List(7) { 1 } + (2 * keys.size)
            keys.forEach { map.find(it.twin(), "absent") shouldBe it.name }
            map.find(Key("other", hash), "absent") shouldBe "absent"
            takeOut(map, keys)
        }
    }

    test("a key that meets a bucket on its way, at each level, stands beside it") {
        val bucket = hamtOf(Key("A", 0) to "a", Key("B", 0) to "b")
        for (level in 0..6) {
            val passer = Key("P", withDigit(0, level, 1))
            val map = bucket.assoc(passer, "p")
            map.brokenInvariants().shouldBeEmpty()
            map.find(passer, "absent") shouldBe "p"
            map.find(Key("B", 0), "absent") shouldBe "b"
            map.without(passer).shape() shouldBe bucket.shape()
            map.without(Key("A", 0)).shape() shouldBe hamtOf(passer to "p", Key("B", 0) to "b").shape()
        }
    }

    test("a value is changed in a bucket for its key alone") {
        val keys = List(3) { Key("k$it", -1) }
        val map = hamtOf(keys).assoc(keys[1], "new")
        map.map { (key, value) -> "$key=$value" } shouldContainExactlyInAnyOrder listOf("k0=k0", "k1=new", "k2=k2")
    }
})

/** Returns the hash which leads the same way but for the digit of one level. */
private fun withDigit(hash: Int, level: Int, digit: Int): Int {
    val shift = 5 * level
    return spread(spread(hash) and (31 shl shift).inv() or (digit shl shift))
}

/** Takes one key after the other out of a map, which must hold the others each time, in the shape of a fresh map. */
private fun takeOut(map: Hamt<Key, String>, keys: List<Key>) {
    keys.foldIndexed(map) { i, rest, key ->
        rest.without(key.twin()).also {
            it.find(key, "absent") shouldBe "absent"
            it.shape() shouldBe hamtOf(keys.drop(i + 1)).shape()
        }
    }
}
