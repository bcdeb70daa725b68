// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

/** Counts the calls of hashCode and equals, which do not depend on the load of the machine. */
class CallCounter {
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

/** Maps with a subtree that throws if it is read. */
object PoisonedMaps {
    /** Returns two maps of one entry each that share an invalid child: its own child is null. */
    fun <V> sharing(left: Pair<Key, V>, right: Pair<Key, V>): Pair<Hamt<Key, V>, Hamt<Key, V>> {
        val poisoned = Hamt<Key, V>(0, 1, 2, arrayOf(null))
        val nodeMap = 1 shl 31

        fun map(entry: Pair<Key, V>) =
            hamtOf(entry).let { Hamt<Key, V>(it.dataMap, nodeMap, 3, arrayOf(entry.first, entry.second, poisoned)) }
        return map(left) to map(right)
    }
}
