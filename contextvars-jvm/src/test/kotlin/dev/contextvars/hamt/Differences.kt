// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

/** Collects what a diff tells, each key at most once, or finds it out the long way. */
data class Differences(
    val added: MutableMap<Key, Any?> = HashMap(),
    val removed: MutableMap<Key, Any?> = HashMap(),
    val changed: MutableMap<Key, Pair<Any?, Any?>> = HashMap(),
) : HamtDiff.Visitor<Key, Any?> {
    override fun added(key: Key, value: Any?) {
        told(key)
        added[key] = value
    }

    override fun removed(key: Key, value: Any?) {
        told(key)
        removed[key] = value
    }

    override fun changed(key: Key, before: Any?, after: Any?) {
        told(key)
        changed[key] = before to after
    }

    val size get() = added.size + removed.size + changed.size

    fun reversed(): Differences {
        val changedBack = changed.mapValuesTo(HashMap()) { (_, values) -> values.second to values.first }
        return Differences(removed, added, changedBack)
    }

    private fun told(key: Key) = check(key !in added && key !in removed && key !in changed) { "$key is told twice" }

    companion object {
        fun <V> of(one: Hamt<Key, V>, two: Hamt<Key, V>) = Differences().also { one.diff(two, it) }

        fun of(one: Map<Key, Any?>, two: Map<Key, Any?>) = Differences().also {
            (two.keys - one.keys).forEach { key -> it.added(key, two[key]) }
            (one.keys - two.keys).forEach { key -> it.removed(key, one[key]) }
            (one.keys intersect two.keys).filter { key -> one[key] !== two[key] }.forEach { key ->
                it.changed(key, one[key], two[key])
            }
        }
    }
}
