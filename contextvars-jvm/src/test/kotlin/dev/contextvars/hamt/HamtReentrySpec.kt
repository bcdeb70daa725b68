// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

/** Keys whose equals replaces the map during an operation. CPython crashed in this case (gh-142829). */
class HamtReentrySpec : FunSpec({
    val operations: Map<String, (Hamt<Key, String>, Hamt<Key, String>) -> Any?> = mapOf(
        "equals" to { map, twins -> map == twins },
        "diff" to { map, twins -> Differences.of(map, twins) },
        "find" to { map, twins -> twins.map { map.find(it.key, "absent") } },
        "containsKey" to { map, twins -> twins.map { map.containsKey(it.key) } },
        "assoc" to { map, twins -> twins.map { map.assoc(it.key, "new").shape() } },
        "without" to { map, twins -> twins.map { map.without(it.key).shape() } },
        "iteration" to { map, twins -> map.map { (key, value) -> "$key=$value" + twins.find(key, "absent") } },
    )
    for ((name, operation) in operations) {
        test("$name returns the result for the original map if equals replaces the map") {
            val maps = ReplacedMaps()
            val expected = operation(maps.map, maps.twins)
            val map = maps.map
            val shape = map.shape()

            maps.whileChanging { operation(maps.map, maps.twins) } shouldBe expected

            map.shape() shouldBe shape
            map.brokenInvariants().shouldBeEmpty()
            (maps.map === map) shouldBe false
            maps.map.brokenInvariants().shouldBeEmpty()
        }
    }
})

/** Two maps with equal keys. During [whileChanging], each call of a key replaces both maps. */
private class ReplacedMaps {
    private val keys: List<Key> = keysOfAllKinds.map { Key(it.name, it.hash, ::change) }
    private var changing = false
    private var calls = 0
    var map: Hamt<Key, String> = hamtOf(keys)
    var twins: Hamt<Key, String> = hamtOf(keysOfAllKinds.map { Key(it.name, it.hash, ::change) })

    fun <T> whileChanging(operation: () -> T): T {
        changing = true
        return operation().also { changing = false }
    }

    private fun change() {
        if (!changing) return
        changing = false // the change calls keys, too
        val key = keys[calls++ % keys.size]
        map = if (calls % 2 == 0) map.without(key) else map.assoc(key, "changed $calls")
        twins = twins.without(key)
        changing = true
    }
}
