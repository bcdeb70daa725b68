// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

/**
 * A key with a hash of our choice, equal to any key of the same name and hash.
 *
 * Whoever wants to count its calls, to fail in them or to do something meanwhile says so in [onCall].
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

/** An equal key which is another object, and calls nobody. */
fun Key.twin() = Key(name, hash)

/**
 * Returns a key that goes down a trie by the given digits, of the root first, and by zeros from there on.
 *
 * The seventh digit is what the first six leave of 32 bits: 0 to 3.
 */
fun keyAt(name: String, vararg digits: Int): Key {
    val spreadHash = digits.foldRight(0) { digit, rest -> rest shl 5 or digit }
    return Key(name, spread(spreadHash))
}

/** The spread of [Hamt], which undoes itself: the hash for a spread hash, and the other way round. */
fun spread(hash: Int) = hash xor (hash ushr 16)

/** The hashes which are easily got wrong: the ends of the range, and those that differ from 0 in a single digit. */
val awkwardHashes: List<Int> =
    listOf(0, -1, Int.MIN_VALUE, Int.MAX_VALUE, 0xFFFF, 1 shl 16) + (0..6).map { level -> spread(1 shl 5 * level) }

/** Three keys for each awkward hash: they collide at every level, and in buckets. */
val awkwardKeys: List<Key> = awkwardHashes.flatMap { hash -> ('a'..'c').map { Key("$it$hash", hash) } }

/** The awkward keys, which are all in buckets when they are in one map, and at each level one that stands in a node. */
val keysOfAllKinds: List<Key> = awkwardKeys + (0..6).map { level -> Key("at level $level", spread(2 shl 5 * level)) }

fun <V> hamtOf(vararg entries: Pair<Key, V>): Hamt<Key, V> =
    entries.fold(Hamt.empty()) { map, (key, value) -> map.assoc(key, value) }

/** Returns a map of the keys with their names for values, put in one by one. */
fun hamtOf(keys: Iterable<Key>): Hamt<Key, String> =
    keys.fold(Hamt.empty()) { map, key -> map.assoc(key, key.name) }

fun <V> Hamt<Key, V>.toHashMap(): Map<Key, V> = associate { (key, value) -> key to value }
