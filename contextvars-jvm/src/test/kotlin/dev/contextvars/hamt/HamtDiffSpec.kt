// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.checkAll

/** The differences of two maps, and a cost proportional to their number. */
class HamtDiffSpec : FunSpec({
    test("diff of related maps finds the same as a comparison of all entries") {
        checkAll(Arb.edits(), Arb.edits(), Arb.edits()) { past, left, right ->
            val base = hamtOf(past)
            val model = hashMapOf(past)
            Differences.of(base.edited(left), base.edited(right)) shouldBe
                Differences.of(model.edited(left), model.edited(right))
        }
    }

    test("diff of unrelated maps finds the same as a comparison of all entries") {
        checkAll(Arb.edits(), Arb.edits()) { left, right ->
            Differences.of(hamtOf(left), Hamt.copyOf(hashMapOf(right))) shouldBe
                Differences.of(hashMapOf(left), hashMapOf(right))
        }
    }

    test("diff in the other direction finds the reverse") {
        checkAll(Arb.edits(), Arb.edits()) { left, right ->
            val one = hamtOf(left)
            val two = one.edited(right)
            Differences.of(two, one) shouldBe Differences.of(one, two).reversed()
        }
    }

    test("diff of a map with itself or with an equal map finds nothing") {
        val map = hamtOf(keysOfAllKinds)
        Differences.of(map, map) shouldBe Differences()
        Differences.of(map, hamtOf(keysOfAllKinds.reversed().map { it.twin() })) shouldBe Differences()
    }

    test("diff reports an equal value that is another object as a change") {
        val key = Key("k", 1)
        val (before, after) = String(charArrayOf('x')) to String(charArrayOf('x'))
        Differences.of(hamtOf(key to before), hamtOf(key to after)).size shouldBe 1
    }

    test("diff reports null values") {
        val (k1, k2) = Key("k1", 1) to Key("k2", 2)
        Differences.of(hamtOf<Any?>(k1 to null), hamtOf<Any?>(k1 to 0, k2 to null)) shouldBe
            Differences(added = hashMapOf(k2 to null), changed = hashMapOf(k1 to (null to 0)))
    }

    test("diff throws the visitor's exception") {
        shouldThrow<IllegalStateException> {
            hamtOf(keysOfAllKinds).diff(Hamt.empty(), Differences(removed = hashMapOf(keysOfAllKinds[0] to "visited")))
        }.message shouldBe "${keysOfAllKinds[0]} was visited twice"
    }

    test("diff skips shared subtrees") {
        val (one, two) = PoisonedMaps.sharing(keyAt("A", 1) to "before", keyAt("A", 1) to "after")
        Differences.of(one, two) shouldBe
            Differences(changed = hashMapOf(keyAt("A", 1) to ("before" to "after")))
    }

    for (count in listOf(1, 2, 10, 100)) {
        test("diff with $count added, removed and changed keys of 10,000 calls few equals") {
            seeded { random ->
                val calls = CallCounter()
                val keys = List(10_000) { Key("k$it", random.nextInt(), calls::count) }
                val map = hamtOf(keys)
                val (changed, removed) = keys.shuffled(random).take(2 * count).chunked(count)
                var other = removed.fold(map) { rest, key -> rest.without(key) }
                // Another object for an equal key, because identical keys need no equals.
                other = changed.fold(other) { rest, key -> rest.without(key).assoc(key.twin(), "new") }
                repeat(count) { other = other.assoc(Key("new$it", random.nextInt(), calls::count), "new") }

                val visits = VisitCounter()
                calls.during { map.diff(other, visits) } shouldBeLessThanOrEqual 4 * 3 * count
                visits.count shouldBe 3 * count
            }
        }
    }

    test("diff of buckets with the same keys calls no equals") {
        val calls = CallCounter()
        val keys = List(50) { Key("k$it", 7, calls::count) }
        val (one, two) = hamtOf(keys) to hamtOf(keys.reversed()).assoc(keys[3], "new")
        val visits = VisitCounter()
        calls.during { one.diff(two, visits) } shouldBe 0
        visits.count shouldBe 1
    }
})

/** Counts the visits and calls no method of the keys. */
private class VisitCounter : HamtDiff.Visitor<Key, String> {
    var count = 0

    override fun added(key: Key, value: String) = count()

    override fun removed(key: Key, value: String) = count()

    override fun changed(key: Key, before: String, after: String) = count()

    private fun count() {
        count++
    }
}
