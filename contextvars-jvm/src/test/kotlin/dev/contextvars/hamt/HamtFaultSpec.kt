// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe

/** Keys that throw, and arguments that are null: whatever fails, every map stays as it was. */
class HamtFaultSpec : FunSpec({
    val fuse = Fuse()

    // Entries, children and a bucket of three, so that an operation asks several keys.
    val hashes = listOf(0, 0, 0, 1, 32, 33, 64, -1)
    val keys = hashes.mapIndexed { i, hash -> Key("k$i", hash, fuse::burn) }
    val map = hamtOf(keys)
    val other = hamtOf(hashes.mapIndexed { i, hash -> Key("k$i", hash, fuse::burn) })
    val source = map.toHashMap()

    val operations: Map<String, (Key) -> Any?> = mapOf(
        "find" to { map.find(it, "absent") },
        "containsKey" to { map.containsKey(it) },
        "assoc" to { map.assoc(it, "new").shape() },
        "without" to { map.without(it).shape() },
        "copyOf" to { Hamt.copyOf(source).shape() },
        "equals" to { map == other },
        "diff" to { Differences().also { map.diff(other, it) } },
        "hashCode" to { map.hashCode() },
    )
    for ((name, operation) in operations) {
        test("a key that throws at any call in $name leaves the maps whole and the call repeatable") {
            val before = listOf(map.shape(), other.shape())
            val arguments = keys + hashes.map { Key("absent", it, fuse::burn) }
            for (key in arguments) {
                val expected = operation(key)
                val failures = fuse.burnAtEachCall { operation(key) }

                failures shouldBeGreaterThan 0
                listOf(map.shape(), other.shape()) shouldBe before
                operation(key) shouldBe expected
            }
            map.brokenInvariants().shouldBeEmpty()
            other.brokenInvariants().shouldBeEmpty()
        }
    }

    val nullKey: Map<String, () -> Any?> = mapOf(
        "find" to { map.find(nothing(), "absent") },
        "containsKey" to { map.containsKey(nothing()) },
        "assoc" to { map.assoc(nothing(), "v") },
        "without" to { map.without(nothing()) },
        "copyOf" to { Hamt.copyOf<Key, String>(mapOf(nothing<Key>() to "v")) },
    )
    for ((name, call) in nullKey) {
        test("$name refuses a null key by name") {
            shouldThrowExactly<NullPointerException> { call() }.message shouldBe "key"
        }
    }

    test("an action that throws ends forEach, and the map stays whole") {
        shouldThrow<Boom> { map.forEach { _, value -> if (value == "k5") throw Boom() } }
        map.brokenInvariants().shouldBeEmpty()
    }
})

private class Boom : RuntimeException()

/** Lets so many calls pass and throws in the next. */
private class Fuse {
    private var callsLeft = Int.MAX_VALUE

    fun burn() {
        if (callsLeft-- == 0) throw Boom()
    }

    /** Runs the operation with an exception in its first call, then in its second, and so on; returns how many it has. */
    fun burnAtEachCall(operation: () -> Unit): Int = generateSequence(0) { it + 1 }.first { calls ->
        callsLeft = calls
        val through = runCatching(operation).onFailure { if (it !is Boom) throw it }.isSuccess
        callsLeft = Int.MAX_VALUE
        through
    }
}

@Suppress("UNCHECKED_CAST") // a null where the types forbid one, as a Java caller may pass it
private fun <T> nothing(): T = null as T
