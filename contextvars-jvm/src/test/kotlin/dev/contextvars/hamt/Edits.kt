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

/** One update of a map. */
sealed interface Edit {
    val key: Key

    fun on(map: Hamt<Key, Int?>): Hamt<Key, Int?>

    fun on(map: MutableMap<Key, Int?>)
}

data class Assoc(override val key: Key, val value: Int?) : Edit {
    override fun on(map: Hamt<Key, Int?>): Hamt<Key, Int?> = map.assoc(key, value)

    override fun on(map: MutableMap<Key, Int?>) {
        map[key] = value
    }
}

data class Without(override val key: Key) : Edit {
    override fun on(map: Hamt<Key, Int?>): Hamt<Key, Int?> = map.without(key)

    override fun on(map: MutableMap<Key, Int?>) {
        map.remove(key)
    }
}

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
    val assoc = keys.flatMap { key -> Arb.int(0..3).orNull(0.2).map { Assoc(key, it) } }
    return Arb.list(Arb.choose(2 to assoc, 1 to keys.map(::Without)), 0..100)
}
