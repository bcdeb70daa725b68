// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith

/** The check of the invariants finds a violation of each, in maps built by hand. */
class HamtInvariantsSpec : FunSpec({
    fun node(dataMap: Int, nodeMap: Int, size: Int, vararg slots: Any?) =
        Hamt<Key, String>(dataMap, nodeMap, size, arrayOf(*slots))

    val a = keyAt("A", 1, 1)
    val b = keyAt("B", 1, 2)
    val c = keyAt("C", 3)
    val ab = node(0b110, 0, 2, a, "a", b, "b")

    test("a valid map built by hand violates no invariant") {
        node(0b1000, 0b10, 3, c, "c", ab).brokenInvariants().shouldBeEmpty()
    }

    test("a map of all edge-case keys violates no invariant") {
        hamtOf(edgeCaseKeys).brokenInvariants().shouldBeEmpty()
        hamtOf(edgeCaseKeys).nodes().count { it.dataMap or it.nodeMap == 0 } shouldBe edgeCaseHashes.size
    }

    val cd = node(0b110, 0, 2, keyAt("C", 2, 1), "c", keyAt("D", 2, 2), "d")

    test("children in the right order violate no invariant") {
        node(0, 0b110, 4, cd, ab).brokenInvariants().shouldBeEmpty()
    }

    mapOf(
        "a child with a single entry violates I1" to node(0, 0b10, 1, node(0b10, 0, 1, a, "a")),
        "entries in the wrong order violate I2" to node(0, 0b10, 2, node(0b110, 0, 2, b, "b", a, "a")),
        "children in the wrong order violate I2" to node(0, 0b110, 4, ab, cd),
        "an entry and a child at one digit violate I3" to node(0b10, 0b10, 3, keyAt("X", 1), "x", ab),
        "an additional slot violates I3" to node(0b1000, 0, 1, c, "c", null),
        "a wrong size violates I4" to node(0b1000, 0b10, 4, c, "c", ab),
        "two hashes in one bucket violate I5" to deep(node(0, 0, 2, Key("x", 0), "x", Key("y", 1), "y")),
        "equal keys in one bucket violate I5" to deep(node(0, 0, 2, Key("x", 0), "x", Key("x", 0), "y")),
    ).forEach { (name, map) ->
        test(name) { map.brokenInvariants().map { it.take(2) }.toSet() shouldBe setOf(name.takeLast(2)) }
    }

    mapOf(
        "a bucket above the eighth level violates I5" to
            node(0, 0b10, 2, node(0, 0, 2, a, "a", Key("A'", a.hash), "s")),
        "a second empty map violates I6" to node(0, 0, 0),
    ).forEach { (name, map) ->
        test(name) { map.brokenInvariants().first() shouldStartWith name.takeLast(2) }
    }
})

/** Returns a map with a bucket at the path of hash 0. */
private fun deep(bucket: Hamt<Key, String>): Hamt<Key, String> =
    (1..7).fold(bucket) { child, _ -> Hamt(0, 1, 2, arrayOf(child)) }
