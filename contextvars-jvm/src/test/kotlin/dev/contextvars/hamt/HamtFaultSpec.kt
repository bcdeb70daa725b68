// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import dev.contextvars.javaNull
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe

/**
 * Keys that throw, keys that replace the map during an operation, and null keys leave every map unchanged. CPython
 * crashed if an equals replaced a map (gh-142829).
 */
class HamtFaultSpec : FunSpec({
    // Entries, children and a bucket of three, so that an operation asks several keys.
    val hashes = listOf(0, 0, 0, 1, 32, 33, 64, -1)
    lateinit var maps: FaultyMaps
    beforeTest { maps = FaultyMaps(hashes) }

    // Each with another map, which has equal keys and, unless the name says "equal", absent ones.
    mapOf<String, (Hamt<Key, String>, Hamt<Key, String>) -> Any?>(
        "find" to { map, other -> other.map { map.find(it.key, "absent") } },
        "containsKey" to { map, other -> other.map { map.containsKey(it.key) } },
        "assoc" to { map, other -> other.map { map.assoc(it.key, "new").shape() } },
        "without" to { map, other -> other.map { map.without(it.key).shape() } },
        "copyOf" to { map, _ -> Hamt.copyOf(map.toHashMap()).shape() },
        "equals" to { map, other -> map == other },
        "diff" to { map, other -> Differences.of(map, other) },
        "diff of equal maps" to { map, other -> Differences.of(map, other) },
        "hashCode" to { map, _ -> map.hashCode() },
        "iteration" to { map, other -> map.map { (key, value) -> "$key=$value" + other.find(key, "absent") } },
    ).forEach { (name, operation) ->
        fun perform() = operation(maps.map, if ("equal" in name) maps.equal else maps.larger)

        test("$name leaves the maps unchanged if a key throws in any call") {
            val before = maps.shapes()
            val expected = perform()
            maps.throwInEachCall { perform() } shouldBeGreaterThan 0
            maps.shapes() shouldBe before
            perform() shouldBe expected
            maps.map.brokenInvariants().shouldBeEmpty()
        }

        test("$name returns the result for the original maps if a key replaces them") {
            val map = maps.map
            val shape = map.shape()
            val expected = perform()
            maps.replacedInEachCall { perform() } shouldBe expected
            map.shape() shouldBe shape
            map.brokenInvariants().shouldBeEmpty()
            (maps.map === map) shouldBe false
            maps.map.brokenInvariants().shouldBeEmpty()
        }
    }

    mapOf<String, (Hamt<Key, String>) -> Any?>(
        "find" to { it.find(javaNull(), "absent") },
        "containsKey" to { it.containsKey(javaNull()) },
        "assoc" to { it.assoc(javaNull(), "v") },
        "without" to { it.without(javaNull()) },
        "copyOf" to { Hamt.copyOf<Key, String>(mapOf(javaNull<Key>() to "v")) },
    ).forEach { (name, call) ->
        test("$name rejects a null key and names the argument") {
            shouldThrowExactly<NullPointerException> { call(maps.map) }.message shouldBe "key"
        }
    }

    test("forEach throws the action's exception and leaves the map unchanged") {
        shouldThrow<Boom> { maps.map.forEach { _, value -> if (value == "k5") throw Boom() } }
        maps.map.brokenInvariants().shouldBeEmpty()
    }
})

private class Boom : RuntimeException()

/** Maps whose keys throw in a chosen call, or replace the maps in each call. */
private class FaultyMaps(private val hashes: List<Int>) {
    private var callsLeft = Int.MAX_VALUE
    private var isReplacing = false
    private var replacements = 0
    private val keys = keys("k")

    var map: Hamt<Key, String> = hamtOf(keys)
    var equal: Hamt<Key, String> = hamtOf(keys("k"))
    var larger: Hamt<Key, String> = hamtOf(keys("k") + keys("absent"))

    private fun keys(name: String) = hashes.mapIndexed { i, hash -> Key("$name$i", hash, ::call) }

    private fun call() {
        if (callsLeft-- == 0) throw Boom()
        if (!isReplacing) return
        isReplacing = false // the replacement calls keys, too
        val key = keys[replacements++ % keys.size]
        map = if (replacements % 2 == 0) map.without(key) else map.assoc(key, "changed $replacements")
        equal = equal.without(key)
        larger = larger.without(key)
        isReplacing = true
    }

    fun shapes() = listOf(map, equal, larger).map { it.shape() }

    /** Runs the operation with an exception in its first call, its second call, and so on. Returns their number. */
    fun throwInEachCall(operation: () -> Unit): Int = generateSequence(0) { it + 1 }.first { calls ->
        callsLeft = calls
        val completed = runCatching(operation).onFailure { if (it !is Boom) throw it }.isSuccess
        callsLeft = Int.MAX_VALUE
        completed
    }

    fun <T> replacedInEachCall(operation: () -> T): T {
        isReplacing = true
        return operation().also { isReplacing = false }
    }
}
