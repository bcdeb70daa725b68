// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlin.random.Random

/** Compares long series of updates and lookups with java.util.HashMap. */
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

    test("removing 7,000 keys in random order returns the empty map") {
        seeded { random ->
            val keys = List(7_000) { Key("k$it", if (it % 10 == 0) random.nextInt(50) else random.nextInt()) }
            var map = hamtOf(keys.shuffled(random))
            map.size() shouldBe 7_000
            map.brokenInvariants().shouldBeEmpty()

            keys.shuffled(random).forEachIndexed { gone, key ->
                map.find(key, "absent") shouldBe key.name
                map = map.without(key)
                map.containsKey(key) shouldBe false
                if (gone % 500 == 0) map.brokenInvariants().shouldBeEmpty()
            }
            (map === Hamt.empty<Key, String>()) shouldBe true
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
        val edit = if (grows) Assoc(key, if (step % 7 == 0) null else step) else Without(key)
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
