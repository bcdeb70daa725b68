// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.AbstractMap.SimpleEntry
import java.util.IdentityHashMap

/** Many entries at once: the same map as one by one. */
class HamtBuilderSpec : FunSpec({
    test("nothing gives the empty map") {
        Hamt.copyOf(emptyMap<Key, String>()) shouldBeSameInstanceAs Hamt.empty<Key, String>()
    }

    test("maps of each size up to 300 are the same in bulk as one by one") {
        seeded { random ->
            for (size in 0..300) {
                val keys = List(size) { Key("k$it", if (it % 5 == 0) random.nextInt(8) else random.nextInt()) }
                Hamt.copyOf(keys.associateWith { it.name }).shape() shouldBe hamtOf(keys).shape()
            }
        }
    }

    test("consecutive hashes, as variables have them, are the same in bulk as one by one") {
        for (size in listOf(1, 31, 32, 33, 255, 256, 257, 1_000, 1_025)) {
            val keys = List(size) { Key("k$it", it) }
            Hamt.copyOf(keys.associateWith { it.name }).shape() shouldBe hamtOf(keys).shape()
        }
    }

    // The root's digits: 31 times 0, twice 1, 31 times 2. Those at 1 are the middle, not all there is.
    test("keys whose digits lie evenly around the first one's are the same in bulk as one by one") {
        val middle = listOf(keyAt("first", 1, 0), keyAt("last", 1, 31))
        val around = List(31) { listOf(keyAt("a$it", 0, 1 + it % 30, it / 30), keyAt("b$it", 2, 1 + it % 30, it / 30)) }
        val keys = middle + around.flatten()
        Hamt.copyOf(keys.associateWith { it.name }).shape() shouldBe hamtOf(keys).shape()
    }

    // The builder sorts by four digits first. Where more are needed, what belongs together comes in turns with others.
    for (together in listOf(2, 3, 90)) {
        test("$together keys that agree in four digits are the same in bulk as one by one") {
            val deep = List(together) { keyAt("d$it", 1, 2, 3, 4, it % 2, it / 2) }
            val others = List(300) { keyAt("o$it", 2, it % 32, it / 32) }
            val keys = deep + others
            Hamt.copyOf(keys.associateWith { it.name }).shape() shouldBe hamtOf(keys).shape()
        }
    }

    test("keys that all agree in four digits are the same in bulk as one by one") {
        val keys = List(300) { keyAt("d$it", 1, 2, 3, 4, it % 2, it / 2 % 32, it / 64 % 4) }
        Hamt.copyOf(keys.associateWith { it.name }).shape() shouldBe hamtOf(keys).shape()
    }

    test("equal hashes among keys that agree in four digits are the same in bulk as one by one") {
        val deep = List(90) { keyAt("d$it", 1, 2, 3, 4, it % 2) }
        val others = List(300) { keyAt("o$it", 2, it % 32, it / 32) }
        Hamt.copyOf((deep + others).associateWith { it.name }).shape() shouldBe hamtOf(deep + others).shape()
    }

    test("a hundred awkward keys of each hash are the same in bulk as one by one") {
        val keys = awkwardHashes.flatMap { hash -> List(100) { Key("k$it", hash) } }
        val map = Hamt.copyOf(keys.associateWith { it.name })
        map.shape() shouldBe hamtOf(keys).shape()
        map.brokenInvariants().shouldBeEmpty()
    }

    test("null values are values") {
        val key = Key("k", 0)
        Hamt.copyOf(mapOf<Key, String?>(key to null, Key("l", 0) to "l")).find(key, "absent") shouldBe null
    }

    // Fewer than the builder's limit for sorting digit by digit, and more.
    for (count in listOf(3, 300)) {
        test("of $count times equal keys the first stays and the last value wins, for entries and in buckets") {
            val names = List(count) { Key("k$it", if (it % 3 == 0) 5 else it) }
            val first = names.map { SimpleEntry(it, "first") }
            val more = names.map { SimpleEntry(it.twin(), "middle") } + names.map { SimpleEntry(it.twin(), "last") }

            val map = Hamt.copyOf(Entries(first + more))

            map.brokenInvariants().shouldBeEmpty()
            map.shape() shouldBe hamtOf(*names.map { it to "last" }.toTypedArray()).shape()
            map.all { (key, _) -> names.any { it === key } } shouldBe true
        }
    }

    test("an identity map gives what its entries give one by one") {
        val keys = awkwardKeys + awkwardKeys.map { it.twin() } + awkwardKeys.map { it.twin() }
        val identities = IdentityHashMap<Key, String>()
        keys.forEachIndexed { i, key -> identities[key] = "v$i" }

        val map = Hamt.copyOf(identities)

        val oneByOne = hamtOf(*identities.toList().toTypedArray())
        map.shape() shouldBe oneByOne.shape()
        map.all { (key, _) -> oneByOne.any { it.key === key } } shouldBe true
    }

    test("one key twenty times over comes to a map of one entry") {
        val map = Hamt.copyOf(Entries(List(20) { SimpleEntry(Key("k", 9), "v$it") }))
        map.shape() shouldBe "[9:k=v19]"
    }
})

/** A map that is no map: its entries may have equal keys, and come in this order. */
private class Entries(
    private val list: List<MutableMap.MutableEntry<Key, String>>,
) : java.util.AbstractMap<Key, String>() {
    override val entries: MutableSet<MutableMap.MutableEntry<Key, String>>
        get() = object : java.util.AbstractSet<MutableMap.MutableEntry<Key, String>>() {
            override val size get() = list.size

            override fun iterator() = list.toMutableList().iterator()
        }
}
