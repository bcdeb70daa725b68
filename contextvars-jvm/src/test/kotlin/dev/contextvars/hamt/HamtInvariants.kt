// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

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
