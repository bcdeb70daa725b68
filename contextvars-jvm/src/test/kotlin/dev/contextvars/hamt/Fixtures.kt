// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.property.Arb
import io.kotest.property.arbitrary.choose
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.flatMap
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.orNull
import kotlin.random.Random

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

/** One update of a map: a new value, or a removal. */
data class Edit(val key: Key, val value: Int?, val isRemoval: Boolean = false) {
    fun on(map: Hamt<Key, Int?>): Hamt<Key, Int?> = if (isRemoval) map.without(key) else map.assoc(key, value)

    fun on(map: MutableMap<Key, Int?>) {
        if (isRemoval) map.remove(key) else map[key] = value
    }
}

fun removal(key: Key) = Edit(key, null, isRemoval = true)

fun Hamt<Key, Int?>.edited(edits: List<Edit>): Hamt<Key, Int?> = edits.fold(this) { map, edit -> edit.on(map) }

fun Map<Key, Int?>.edited(edits: List<Edit>): Map<Key, Int?> {
    val map = HashMap(this)
    edits.forEach { it.on(map) }
    return map
}

fun hamtOf(edits: List<Edit>): Hamt<Key, Int?> = Hamt.empty<Key, Int?>().edited(edits)

fun hashMapOf(edits: List<Edit>): Map<Key, Int?> = emptyMap<Key, Int?>().edited(edits)

/** Random edits: colliding and random keys, two puts per removal, some null values. */
fun Arb.Companion.edits(): Arb<List<Edit>> {
    val keys = Arb.choose(3 to Arb.element(edgeCaseKeys), 1 to Arb.int().map { Key("k$it", it) })
    val assoc = keys.flatMap { key -> Arb.int(0..3).orNull(0.2).map { Edit(key, it) } }
    return Arb.list(Arb.choose(2 to assoc, 1 to keys.map(::removal)), 0..100)
}

/** Collects the visits of a diff, at most one per key, or compares two maps entry by entry. */
data class Differences(
    val added: MutableMap<Key, Any?> = HashMap(),
    val removed: MutableMap<Key, Any?> = HashMap(),
    val changed: MutableMap<Key, Pair<Any?, Any?>> = HashMap(),
) : HamtDiff.Visitor<Key, Any?> {
    override fun added(key: Key, value: Any?) {
        checkNew(key)
        added[key] = value
    }

    override fun removed(key: Key, value: Any?) {
        checkNew(key)
        removed[key] = value
    }

    override fun changed(key: Key, before: Any?, after: Any?) {
        checkNew(key)
        changed[key] = before to after
    }

    val size get() = added.size + removed.size + changed.size

    private fun checkNew(key: Key) =
        check(key !in added && key !in removed && key !in changed) { "$key was visited twice" }

    companion object {
        fun <V> of(left: Hamt<Key, V>, right: Hamt<Key, V>) = Differences().also { left.diff(right, it) }

        fun of(left: Map<Key, Any?>, right: Map<Key, Any?>) = Differences().also {
            (right.keys - left.keys).forEach { key -> it.added(key, right[key]) }
            (left.keys - right.keys).forEach { key -> it.removed(key, left[key]) }
            (left.keys intersect right.keys).filter { key -> left[key] !== right[key] }.forEach { key ->
                it.changed(key, left[key], right[key])
            }
        }
    }
}

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

/** Runs a test with a new seed. A failure contains the seed, and `-Dcontextvars.seed=…` repeats it. */
fun seeded(test: (Random) -> Unit) {
    val seed = System.getProperty("contextvars.seed")?.toLong() ?: Random.nextLong()
    try {
        test(Random(seed))
    } catch (failure: Throwable) {
        throw AssertionError("-Dcontextvars.seed=$seed: ${failure.message}", failure)
    }
}

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
