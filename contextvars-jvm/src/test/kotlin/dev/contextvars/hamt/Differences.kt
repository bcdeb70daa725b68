// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

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
