// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

/**
 * A key with a given hash, equal to every key with the same name and hash.
 *
 * [onCall] is called by hashCode and equals, to count the calls, to throw or to change something.
 */
class Key(val name: String, val hash: Int, private val onCall: () -> Unit = {}) {
    override fun hashCode(): Int {
        onCall()
        return hash
    }

    override fun equals(other: Any?): Boolean {
        onCall()
        return other is Key && other.hash == hash && other.name == name
    }

    override fun toString() = name
}

/** Returns an equal key that is another object, without a callback. */
fun Key.twin() = Key(name, hash)

/**
 * Returns a key with the given path of digits, from the root on. The other digits are 0.
 *
 * The seventh digit has the remaining two of the 32 bits: 0 to 3.
 */
fun keyAt(name: String, vararg digits: Int): Key {
    val spreadHash = digits.foldRight(0) { digit, rest -> rest shl 5 or digit }
    return Key(name, spread(spreadHash))
}

/** The spread of [Hamt], which is its own inverse. */
fun spread(hash: Int) = hash xor (hash ushr 16)

/** Edge cases: the limits of the range, and hashes that differ from 0 in a single digit. */
val edgeCaseHashes: List<Int> =
    listOf(0, -1, Int.MIN_VALUE, Int.MAX_VALUE, 0xFFFF, 1 shl 16) + (0..6).map { level -> spread(1 shl 5 * level) }

/** Three keys for each edge-case hash. They collide at every level and in buckets. */
val edgeCaseKeys: List<Key> = edgeCaseHashes.flatMap { hash -> ('a'..'c').map { Key("$it$hash", hash) } }

/** The edge-case keys, which are all in buckets of one map, and a key at each level that is in a node. */
val keysOfAllKinds: List<Key> = edgeCaseKeys + (0..6).map { level -> Key("at level $level", spread(2 shl 5 * level)) }

fun <V> hamtOf(vararg entries: Pair<Key, V>): Hamt<Key, V> =
    entries.fold(Hamt.empty()) { map, (key, value) -> map.assoc(key, value) }

/** Returns a map of the keys, with their names as values, built by single updates. */
fun hamtOf(keys: Iterable<Key>): Hamt<Key, String> =
    keys.fold(Hamt.empty()) { map, key -> map.assoc(key, key.name) }

fun <V> Hamt<Key, V>.toHashMap(): Map<Key, V> = associate { (key, value) -> key to value }
