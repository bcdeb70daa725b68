// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.checkAll
import kotlin.random.Random

/**
 * Compares updates and lookups with java.util.HashMap. The shape of a map depends only on its content, not on its
 * history.
 */
class HamtModelSpec : FunSpec({
    mapOf<String, (Random) -> List<Key>>(
        "random hashes" to { random -> List(2_000) { Key("k$it", random.nextInt()) } },
        "20 hashes" to { random -> List(200) { Key("k$it", random.nextInt(20)) } },
        "hashes that differ only in high bits" to { random -> List(500) { Key("k$it", random.nextInt() shl 22) } },
        "edge-case hashes" to { edgeCaseKeys },
    ).forEach { (hashes, keys) ->
        test("a map with $hashes returns the same as a HashMap") {
            seeded { random -> compare(random, keys(random)) }
        }
    }

    test("a map has the same trie as a new map with its entries in any order") {
        checkAll(Arb.edits()) { edits ->
            val entries = hashMapOf(edits).toList().shuffled(randomSource().random)
            hamtOf(edits).shape() shouldBe hamtOf(*entries.toTypedArray()).shape()
        }
    }

    test("a bulk build of entries has the same trie, and satisfies I1 to I6") {
        checkAll(Arb.edits()) { edits ->
            val bulk = Hamt.copyOf(hashMapOf(edits))
            bulk.shape() shouldBe hamtOf(edits).shape()
            bulk.brokenInvariants().shouldBeEmpty()
        }
    }

    test("every intermediate map satisfies I1 to I6, and later edits do not change it") {
        checkAll(300, Arb.edits(), Arb.edits()) { edits, more ->
            val maps = edits.runningFold(Hamt.empty<Key, Int?>()) { map, edit -> edit.on(map) }
            val shapes = maps.map { it.shape() }
            maps.forEach { map ->
                map.brokenInvariants().shouldBeEmpty()
                map.edited(more)
            }
            maps.map { it.shape() } shouldBe shapes
        }
    }
})

private fun compare(random: Random, keys: List<Key>) {
    var map = Hamt.empty<Key, Int?>()
    val model = HashMap<Key, Int?>()
    repeat(20_000) { step ->
        // The map alternately grows and shrinks for 2,000 steps.
        val grows = random.nextInt(10) < if (step / 2_000 % 2 == 0) 7 else 3
        val key = keys[random.nextInt(keys.size)].twin()
        val edit = if (grows) Edit(key, step.takeIf { it % 7 != 0 }) else removal(key)
        map = edit.on(map)
        edit.on(model)

        val other = keys[random.nextInt(keys.size)].twin()
        check(map.size() == model.size) { "step $step: size ${map.size()}, not ${model.size}" }
        check(map.isEmpty == model.isEmpty()) { "step $step: empty" }
        check(map.containsKey(other) == model.containsKey(other)) { "step $step: containsKey($other)" }
        check(map.find(other, -1) == model.getOrDefault(other, -1)) { "step $step: find($other)" }
        if (step % 1_000 == 0) {
            map.toHashMap() shouldBe model
            map.brokenInvariants().shouldBeEmpty()
        }
    }
}
