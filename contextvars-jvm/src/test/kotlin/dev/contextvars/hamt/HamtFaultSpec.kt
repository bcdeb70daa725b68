// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import dev.contextvars.javaNull
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe

/** Keys that throw and null arguments leave every map unchanged. */
class HamtFaultSpec : FunSpec({
    val faults = Faults()

    // Entries, children and a bucket of three, so that an operation asks several keys.
    val hashes = listOf(0, 0, 0, 1, 32, 33, 64, -1)
    val keys = hashes.mapIndexed { i, hash -> Key("k$i", hash, faults::call) }
    val map = hamtOf(keys)
    val other = hamtOf(hashes.mapIndexed { i, hash -> Key("k$i", hash, faults::call) })
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
        test("$name leaves the maps unchanged if a key throws in any call") {
            val before = listOf(map.shape(), other.shape())
            val arguments = keys + hashes.map { Key("absent", it, faults::call) }
            for (key in arguments) {
                val expected = operation(key)
                val failures = faults.throwInEachCall { operation(key) }

                failures shouldBeGreaterThan 0
                listOf(map.shape(), other.shape()) shouldBe before
                operation(key) shouldBe expected
            }
            map.brokenInvariants().shouldBeEmpty()
            other.brokenInvariants().shouldBeEmpty()
        }
    }

    val nullKey: Map<String, () -> Any?> = mapOf(
        "find" to { map.find(javaNull(), "absent") },
        "containsKey" to { map.containsKey(javaNull()) },
        "assoc" to { map.assoc(javaNull(), "v") },
        "without" to { map.without(javaNull()) },
        "copyOf" to { Hamt.copyOf<Key, String>(mapOf(javaNull<Key>() to "v")) },
    )
    for ((name, call) in nullKey) {
        test("$name rejects a null key and names the argument") {
            shouldThrowExactly<NullPointerException> { call() }.message shouldBe "key"
        }
    }

    test("forEach throws the action's exception and leaves the map unchanged") {
        shouldThrow<Boom> { map.forEach { _, value -> if (value == "k5") throw Boom() } }
        map.brokenInvariants().shouldBeEmpty()
    }
})

private class Boom : RuntimeException()

/** Throws in the call after a number of calls. */
private class Faults {
    private var callsLeft = Int.MAX_VALUE

    fun call() {
        if (callsLeft-- == 0) throw Boom()
    }

    /** Runs the operation with an exception in its first call, its second call, and so on. Returns their number. */
    fun throwInEachCall(operation: () -> Unit): Int = generateSequence(0) { it + 1 }.first { calls ->
        callsLeft = calls
        val completed = runCatching(operation).onFailure { if (it !is Boom) throw it }.isSuccess
        callsLeft = Int.MAX_VALUE
        completed
    }
}
