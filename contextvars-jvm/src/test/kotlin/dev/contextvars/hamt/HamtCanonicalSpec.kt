// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.checkAll

/** The shape of a map depends only on its content, not on its history. */
class HamtCanonicalSpec : FunSpec({
    test("a map has the same trie as a new map with its entries in any order") {
        checkAll(Arb.edits()) { edits ->
            val entries = hashMapOf(edits).toList().shuffled(randomSource().random)
            hamtOf(edits).shape() shouldBe hamtOf(*entries.toTypedArray()).shape()
        }
    }

    test("a map has the same trie as a bulk build of its entries") {
        checkAll(Arb.edits()) { edits ->
            hamtOf(edits).shape() shouldBe Hamt.copyOf(hashMapOf(edits)).shape()
        }
    }

    test("undone edits leave the trie unchanged, in any order") {
        checkAll(Arb.edits(), Arb.edits()) { edits, more ->
            val before = hamtOf(edits)
            val content = hashMapOf(edits)
            val undo = more.map { it.key }.distinct().shuffled(randomSource().random).map { key ->
                if (key in content) Assoc(key, content[key]) else Without(key)
            }
            before.edited(more).edited(undo).shape() shouldBe before.shape()
        }
    }

    test("every intermediate map satisfies I1 to I6") {
        checkAll(300, Arb.edits()) { edits ->
            edits.runningFold(Hamt.empty<Key, Int?>()) { map, edit -> edit.on(map) }.forEach { map ->
                map.brokenInvariants().shouldBeEmpty()
            }
        }
    }

    test("a map built in bulk satisfies I1 to I6") {
        checkAll(Arb.edits()) { edits ->
            Hamt.copyOf(hashMapOf(edits)).brokenInvariants().shouldBeEmpty()
        }
    }

    test("later edits do not change an intermediate map") {
        checkAll(300, Arb.edits(), Arb.edits()) { edits, more ->
            val maps = edits.runningFold(Hamt.empty<Key, Int?>()) { map, edit -> edit.on(map) }
            val shapes = maps.map { it.shape() }
            maps.forEach { it.edited(more) }
            maps.map { it.shape() } shouldBe shapes
        }
    }
})
