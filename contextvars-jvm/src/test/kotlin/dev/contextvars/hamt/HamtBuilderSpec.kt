// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.AbstractMap.SimpleEntry
import java.util.IdentityHashMap

/** A bulk build creates the same map as single updates. */
class HamtBuilderSpec : FunSpec({
    fun shouldBuildAsUpdates(keys: List<Key>) =
        Hamt.copyOf(keys.associateWith { it.name }).shape() shouldBe hamtOf(keys).shape()

    test("copyOf an empty map returns the empty map") {
        Hamt.copyOf(emptyMap<Key, String>()) shouldBeSameInstanceAs Hamt.empty<Key, String>()
    }

    test("copyOf builds the same trie as single updates for each size up to 300") {
        seeded { random ->
            for (size in 0..300) {
                shouldBuildAsUpdates(
                    List(size) { Key("k$it", if (it % 5 == 0) random.nextInt(8) else random.nextInt()) },
                )
            }
        }
    }

    test("copyOf builds the same trie for consecutive hashes, as variables have") {
        for (size in listOf(1, 31, 32, 33, 255, 256, 257, 1_000, 1_025)) {
            shouldBuildAsUpdates(List(size) { Key("k$it", it) })
        }
    }

    // The builder first sorts by four digits, which does not sort the deep keys completely.
    fun deep(count: Int) = List(count) { keyAt("d$it", 1, 2, 3, 4, it % 2, it / 2 % 32, it / 64 % 4) }
    val others = List(300) { keyAt("o$it", 2, it % 32, it / 32) }
    // The digits of the root: 31 times 0, twice 1, 31 times 2. The two keys at 1 are the middle of the sorted keys.
    val around = List(31) { listOf(keyAt("a$it", 0, 1 + it % 30, it / 30), keyAt("b$it", 2, 1 + it % 30, it / 30)) }
    mapOf(
        "most keys that differ from the middle key at the root" to
            listOf(keyAt("first", 1, 0), keyAt("last", 1, 31)) + around.flatten(),
        "2 keys that agree in four digits" to deep(2) + others,
        "3 keys that agree in four digits" to deep(3) + others,
        "90 keys that agree in four digits" to deep(90) + others,
        "only keys that agree in four digits" to deep(300),
        "equal hashes with four digits in common" to List(90) { keyAt("d$it", 1, 2, 3, 4, it % 2) } + others,
        "100 keys of each edge-case hash" to edgeCaseHashes.flatMap { hash -> List(100) { Key("k$it", hash) } },
    ).forEach { (keys, list) ->
        test("copyOf builds the same trie for $keys") { shouldBuildAsUpdates(list) }
    }

    test("copyOf keeps null values") {
        val key = Key("k", 0)
        Hamt.copyOf(mapOf<Key, String?>(key to null, Key("l", 0) to "l")).find(key, "absent") shouldBe null
    }

    // Below and above the builder's limit for sorting by digits.
    for (count in listOf(3, 300)) {
        test("copyOf keeps the first of $count equal keys and the last value") {
            val names = List(count) { Key("k$it", if (it % 3 == 0) 5 else it) }
            val first = names.map { SimpleEntry(it, "first") }
            val more = names.map { SimpleEntry(it.twin(), "middle") } + names.map { SimpleEntry(it.twin(), "last") }
            val map = Hamt.copyOf(Entries(first + more))
            map.brokenInvariants().shouldBeEmpty()
            map.shape() shouldBe hamtOf(*names.map { it to "last" }.toTypedArray()).shape()
            map.all { (key, _) -> names.any { it === key } } shouldBe true
        }
    }

    test("copyOf an identity map returns the same map as single updates") {
        val keys = edgeCaseKeys + edgeCaseKeys.map { it.twin() } + edgeCaseKeys.map { it.twin() }
        val identities = IdentityHashMap<Key, String>()
        keys.forEachIndexed { i, key -> identities[key] = "v$i" }
        val map = Hamt.copyOf(identities)
        val oneByOne = hamtOf(*identities.toList().toTypedArray())
        map.shape() shouldBe oneByOne.shape()
        map.all { (key, _) -> oneByOne.any { it.key === key } } shouldBe true
    }

    test("copyOf 20 equal keys returns a map of one entry") {
        Hamt.copyOf(Entries(List(20) { SimpleEntry(Key("k", 9), "v$it") })).shape() shouldBe "[9:k=v19]"
    }
})

/** An invalid map, whose entries can have equal keys, in the order of the list. */
private class Entries(list: List<MutableMap.MutableEntry<Key, String>>) : java.util.AbstractMap<Key, String>() {
    override val entries = object : java.util.AbstractSet<MutableMap.MutableEntry<Key, String>>() {
        override val size = list.size

        override fun iterator() = list.toMutableList().iterator()
    }
}
