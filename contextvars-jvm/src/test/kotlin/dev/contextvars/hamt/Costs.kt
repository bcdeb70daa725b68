// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

/** Counts the calls of hashCode and equals: a cost that no other process on the machine changes. */
class Calls {
    private var calls = 0

    fun count() {
        calls++
    }

    fun during(operation: () -> Unit): Int {
        calls = 0
        operation()
        return calls
    }
}

/** Maps with a sub-trie that fails whoever looks into it. */
object Traps {
    /** Returns two maps, of one entry each, that share a child with a null where its own child should be. */
    fun <V> sharedBy(one: Pair<Key, V>, two: Pair<Key, V>): Pair<Hamt<Key, V>, Hamt<Key, V>> {
        val trap = Hamt<Key, V>(0, 1, 2, arrayOf(null))
        val place = 1 shl 31

        fun map(entry: Pair<Key, V>) =
            hamtOf(entry).let { Hamt<Key, V>(it.dataMap, place, 3, arrayOf(entry.first, entry.second, trap)) }
        return map(one) to map(two)
    }
}
