// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith

/** The check of the invariants finds a violation of each, in maps built by hand. */
class HamtInvariantsSpec : FunSpec({
    fun node(dataMap: Int, nodeMap: Int, size: Int, vararg slots: Any?) =
        Hamt<Key, String>(dataMap, nodeMap, size, arrayOf(*slots))

    val a = keyAt("A", 1, 1)
    val b = keyAt("B", 1, 2)
    val c = keyAt("C", 3)
    val ab = node(0b110, 0, 2, a, "a", b, "b")

    test("a valid map built by hand violates no invariant") {
        node(0b1000, 0b10, 3, c, "c", ab).brokenInvariants().shouldBeEmpty()
    }

    test("a map of all edge-case keys violates no invariant") {
        hamtOf(edgeCaseKeys).brokenInvariants().shouldBeEmpty()
        hamtOf(edgeCaseKeys).nodes().count { it.dataMap or it.nodeMap == 0 } shouldBe edgeCaseHashes.size
    }

    val cd = node(0b110, 0, 2, keyAt("C", 2, 1), "c", keyAt("D", 2, 2), "d")

    test("children in the right order violate no invariant") {
        node(0, 0b110, 4, cd, ab).brokenInvariants().shouldBeEmpty()
    }

    mapOf(
        "a child with a single entry violates I1" to node(0, 0b10, 1, node(0b10, 0, 1, a, "a")),
        "entries in the wrong order violate I2" to node(0, 0b10, 2, node(0b110, 0, 2, b, "b", a, "a")),
        "children in the wrong order violate I2" to node(0, 0b110, 4, ab, cd),
        "an entry and a child at one digit violate I3" to node(0b10, 0b10, 3, keyAt("X", 1), "x", ab),
        "an additional slot violates I3" to node(0b1000, 0, 1, c, "c", null),
        "a wrong size violates I4" to node(0b1000, 0b10, 4, c, "c", ab),
        "two hashes in one bucket violate I5" to deep(node(0, 0, 2, Key("x", 0), "x", Key("y", 1), "y")),
        "equal keys in one bucket violate I5" to deep(node(0, 0, 2, Key("x", 0), "x", Key("x", 0), "y")),
    ).forEach { (name, map) ->
        test(name) { map.brokenInvariants().map { it.take(2) }.toSet() shouldBe setOf(name.takeLast(2)) }
    }

    mapOf(
        "a bucket above the eighth level violates I5" to
            node(0, 0b10, 2, node(0, 0, 2, a, "a", Key("A'", a.hash), "s")),
        "a second empty map violates I6" to node(0, 0, 0),
    ).forEach { (name, map) ->
        test(name) { map.brokenInvariants().first() shouldStartWith name.takeLast(2) }
    }
})

/** Returns a map with a bucket at the path of hash 0. */
private fun deep(bucket: Hamt<Key, String>): Hamt<Key, String> =
    (1..7).fold(bucket) { child, _ -> Hamt(0, 1, 2, arrayOf(child)) }

/**
 * Returns the violations of I1 to I6, as [Hamt] numbers them, with their paths.
 *
 * Computes the digits independently of the map, so that an error in the map's arithmetic is found.
 */
fun Hamt<*, *>.brokenInvariants(): List<String> = Inspection().also { it.visitRoot(this) }.broken

private class Inspection {
    val broken = mutableListOf<String>()

    fun visitRoot(root: Hamt<*, *>) {
        expect("I6", emptyList(), root.size > 0 || root === Hamt.empty<Any, Any?>()) { "a second empty map" }
        visit(root, emptyList())
    }

    /** Returns the counted entries of a subtree. The path consists of the digits from the root to the node. */
    private fun visit(node: Hamt<*, *>, path: List<Int>): Int {
        val isBucket = path.size == BUCKET_LEVEL
        val isEmptyRoot = path.isEmpty() && node.size == 0
        expect("I1", path, path.isEmpty() || node.size >= 2) { "a child of size ${node.size}" }
        expect("I5", path, (node.dataMap or node.nodeMap == 0) == (isBucket || isEmptyRoot)) {
            "bitmaps ${digits(node.dataMap)} and ${digits(node.nodeMap)}"
        }
        val count = if (isBucket) visitBucket(node.slots, path) else visitSlots(node, path)
        expect("I4", path, count == node.size) { "size ${node.size} for $count" }
        return count
    }

    private fun visitSlots(node: Hamt<*, *>, path: List<Int>): Int {
        val entries = digits(node.dataMap)
        val children = digits(node.nodeMap)
        val slots = node.slots
        expect("I3", path, node.dataMap and node.nodeMap == 0) { "an entry and a child at one digit" }
        if (slots.size != 2 * entries.size + children.size) {
            expect("I3", path, false) { "${slots.size} slots for ${entries.size} entries, ${children.size} children" }
            return node.size // the kind of each slot is unknown
        }
        entries.forEachIndexed { i, digit ->
            expect("I2", path, leadsTo(slots[2 * i], path + digit)) { "${slots[2 * i]} at $digit" }
        }
        return entries.size + children.withIndex().sumOf { (i, digit) ->
            val child = slots[slots.lastIndex - i]
            expect("I2", path, child is Hamt<*, *>) { "$child for a child at $digit" }
            (child as? Hamt<*, *>)?.let { visit(it, path + digit) } ?: 0
        }
    }

    private fun visitBucket(slots: Array<Any?>, path: List<Int>): Int {
        val keys = slots.indices.step(2).map { slots[it] }
        expect("I3", path, slots.size % 2 == 0) { "${slots.size} slots" }
        expect("I5", path, keys.all { leadsTo(it, path) }) { "other hashes in the bucket $keys" }
        expect("I5", path, keys.toSet().size == keys.size) { "equal keys in the bucket $keys" }
        return keys.size
    }

    private fun leadsTo(key: Any?, path: List<Int>): Boolean {
        val hash = spread(key.hashCode()).toUInt().toLong()
        return path.withIndex().all { (level, digit) -> (hash shr 5 * level) % 32 == digit.toLong() }
    }

    private fun expect(invariant: String, path: List<Int>, holds: Boolean, what: () -> String) {
        if (!holds) broken += "$invariant at $path: ${what()}"
    }

    private companion object {
        const val BUCKET_LEVEL = 7
    }
}
