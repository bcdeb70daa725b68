// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

/**
 * Returns a trie as text: `[3:C=c | 7:[…] 1:[…]]` is a node with an entry at digit 3 and children at digits 7 and 1, in
 * the order of the slots. `{A=a B=b}` is a bucket, in alphabetical order, because its slots are not ordered.
 */
fun Hamt<*, *>.shape(): String {
    fun entry(at: Int) = "${slots[at]}=${slots[at + 1]}"
    if (size > 0 && dataMap or nodeMap == 0) {
        val entries = slots.indices.step(2).map(::entry)
        return entries.sorted().joinToString(" ", "{", "}")
    }
    val entries = digits(dataMap).mapIndexed { i, digit -> "$digit:${entry(2 * i)}" }
    val children = digits(nodeMap).asReversed().mapIndexed { i, digit ->
        "$digit:${(slots[2 * entries.size + i] as Hamt<*, *>).shape()}"
    }
    val parts = if (children.isEmpty()) entries else entries + "|" + children
    return parts.joinToString(" ", "[", "]")
}

/** Returns the positions of the bits, the lowest first. */
fun digits(bitmap: Int): List<Int> = buildList {
    var rest = bitmap
    while (rest != 0) {
        add(rest.countTrailingZeroBits())
        rest = rest and rest - 1
    }
}

/** Returns every node of a trie, the root first. */
fun Hamt<*, *>.nodes(): List<Hamt<*, *>> = listOf(this) + slots.filterIsInstance<Hamt<*, *>>().flatMap { it.nodes() }
