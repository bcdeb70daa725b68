// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlin.random.Random

/** What the map answers, against java.util.HashMap over long lives. */
class HamtModelSpec : FunSpec({
    test("a map of keys with any hash answers as a HashMap does") {
        seeded { random -> compare(random, List(2_000) { Key("k$it", random.nextInt()) }) }
    }

    test("a map of keys with few hashes answers as a HashMap does") {
        seeded { random -> compare(random, List(200) { Key("k$it", random.nextInt(20)) }) }
    }

    test("a map of keys whose hashes differ in their high bits alone answers as a HashMap does") {
        seeded { random -> compare(random, List(500) { Key("k$it", random.nextInt() shl 22) }) }
    }

    test("a map of awkward keys answers as a HashMap does") {
        seeded { random -> compare(random, awkwardKeys) }
    }

    test("7,000 keys that are put in and taken out in random order leave the empty map") {
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
        // Waves: the map grows for 2,000 steps, and shrinks for as many.
        val grows = random.nextInt(10) < if (step / 2_000 % 2 == 0) 7 else 3
        val key = keys[random.nextInt(keys.size)].twin()
        val edit = if (grows) Assoc(key, if (step % 7 == 0) null else step) else Without(key)
        map = edit.on(map)
        edit.on(model)

        val asked = keys[random.nextInt(keys.size)].twin()
        check(map.size() == model.size) { "step $step: size ${map.size()}, not ${model.size}" }
        check(map.isEmpty == model.isEmpty()) { "step $step: empty" }
        check(map.containsKey(asked) == model.containsKey(asked)) { "step $step: containsKey($asked)" }
        check(map.find(asked, -1) == model.getOrDefault(asked, -1)) { "step $step: find($asked)" }
        if (step % 1_000 == 0) {
            map.toHashMap() shouldBe model
            map.brokenInvariants().shouldBeEmpty()
        }
    }
}
