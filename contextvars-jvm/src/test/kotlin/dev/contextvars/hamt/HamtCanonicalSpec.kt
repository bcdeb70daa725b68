// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.checkAll

/** The shape tells the content and nothing of the past: no history leaves a map larger or slower than a fresh one. */
class HamtCanonicalSpec : FunSpec({
    test("a map is node for node what its entries give when they are put into an empty one, in any order") {
        checkAll(Arb.edits()) { edits ->
            val entries = hashMapOf(edits).toList().shuffled(randomSource().random)
            hamtOf(edits).shape() shouldBe hamtOf(*entries.toTypedArray()).shape()
        }
    }

    test("a map is node for node what its entries give when they are built in bulk") {
        checkAll(Arb.edits()) { edits ->
            hamtOf(edits).shape() shouldBe Hamt.copyOf(hashMapOf(edits)).shape()
        }
    }

    test("edits that are undone, the last one first or not, leave no trace") {
        checkAll(Arb.edits(), Arb.edits()) { edits, more ->
            val before = hamtOf(edits)
            val content = hashMapOf(edits)
            val undo = more.map { it.key }.distinct().shuffled(randomSource().random).map { key ->
                if (key in content) Assoc(key, content[key]) else Without(key)
            }
            before.edited(more).edited(undo).shape() shouldBe before.shape()
        }
    }

    test("every map on the way keeps I1 to I6") {
        checkAll(300, Arb.edits()) { edits ->
            edits.runningFold(Hamt.empty<Key, Int?>()) { map, edit -> edit.on(map) }.forEach { map ->
                map.brokenInvariants().shouldBeEmpty()
            }
        }
    }

    test("a map built in bulk keeps I1 to I6") {
        checkAll(Arb.edits()) { edits ->
            Hamt.copyOf(hashMapOf(edits)).brokenInvariants().shouldBeEmpty()
        }
    }

    test("every map on the way stays what it was, whatever is made of it later") {
        checkAll(300, Arb.edits(), Arb.edits()) { edits, more ->
            val maps = edits.runningFold(Hamt.empty<Key, Int?>()) { map, edit -> edit.on(map) }
            val shapes = maps.map { it.shape() }
            maps.forEach { it.edited(more) }
            maps.map { it.shape() } shouldBe shapes
        }
    }
})
