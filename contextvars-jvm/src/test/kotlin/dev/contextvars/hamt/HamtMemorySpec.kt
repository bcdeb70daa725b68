// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import dev.contextvars.allocatedBytes
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import java.util.function.BiConsumer
import java.util.function.IntConsumer
import kotlin.random.Random

/** The size of a map and the allocations of its operations. The numbers do not depend on the load of the machine. */
class HamtMemorySpec : FunSpec({
    // A node: 12 bytes of header, three ints, a reference, rounded to 32. An array: 16 bytes and 4 per slot, rounded to 8.
    fun Hamt<*, *>.bytes() = nodes().sumOf { 32 + (16 + 4 * it.slots.size + 7) / 8 * 8 }

    test("a map of one entry occupies 56 bytes") {
        hamtOf(Key("k", 1) to "v").bytes() shouldBe 56
    }

    test("a map of 4 to 32 consecutive hashes occupies at most 20 bytes per entry") {
        for (size in 4..32) {
            val map = hamtOf(List(size) { Key("k$it", 1_000 + it) })
            map.bytes() shouldBe (48 + 8 * size)
            map.bytes() shouldBeLessThanOrEqual 20 * size
        }
    }

    // 64 is the worst case: the root is full, and most children have two entries.
    for ((size, limit) in listOf(4 to 23.0, 10 to 20.0, 32 to 24.5, 64 to 26.5, 1_000 to 24.5)) {
        test("a map of $size random hashes occupies at most $limit bytes per entry") {
            val random = Random(size) // the same maps in each run
            val maps = List(100) { hamtOf(List(size) { Key("k$it", random.nextInt()) }) }
            maps.map { it.bytes().toDouble() / size }.average() shouldBeLessThanOrEqualTo limit
        }
    }

    val keys = List(1_000) { Key("k$it", it / 2 * -0x61c88647) } // pairs in buckets
    val map = hamtOf(keys)
    val absent = keys.map { Key("absent", it.hash) }
    val other = map.assoc(keys[1], "other")

    // Each for the key at an index. An IntConsumer, because a Kotlin lambda would box the index.
    val free: Map<String, IntConsumer> = mapOf(
        "find" to IntConsumer { map.find(keys[it], "absent") },
        "find of an absent key" to IntConsumer { map.find(absent[it], "absent") },
        "containsKey" to IntConsumer { map.containsKey(keys[it]) },
        "assoc of the current value" to IntConsumer { map.assoc(keys[it], keys[it].name) },
        "without of an absent key" to IntConsumer { map.without(absent[it]) },
        "forEach" to IntConsumer { map.forEach(Ignoring) },
        "hashCode" to IntConsumer { map.hashCode() },
        "equals" to IntConsumer { map == other },
    )
    for ((name, operation) in free) {
        test("$name allocates nothing") {
            allocated { for (i in keys.indices) operation.accept(i) } shouldBeLessThan keys.size.toLong()
        }
    }

    test("assoc allocates only the nodes on the path to the key") {
        val flat = hamtOf(List(10) { Key("k$it", it) })
        val key = Key("k5", 5)
        val perCall = allocated { repeat(1_000) { flat.assoc(key, if (it % 2 == 0) "even" else "odd") } } / 1_000
        perCall shouldBeLessThanOrEqual flat.bytes().toLong()
    }

    test("a bulk build allocates the map and at most 40 bytes per entry") {
        val source = List(10_000) { Key("k$it", it * -0x61c88647) }.associateWith { it.name }
        val bytes = Hamt.copyOf(source).bytes()
        allocated { Hamt.copyOf(source) } shouldBeLessThan bytes + 40L * source.size
    }
})

/** Returns the bytes that the second run of the operation allocates. The first run loads classes. */
private fun allocated(operation: () -> Unit): Long {
    operation()
    return allocatedBytes(operation)
}

private object Ignoring : BiConsumer<Key, String> {
    override fun accept(key: Key, value: String) = Unit
}
