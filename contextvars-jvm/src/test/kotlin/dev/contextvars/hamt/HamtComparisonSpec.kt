// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.checkAll

/** Equality and differences of maps, and their cost. Uses `==`, because Kotest compares an Iterable by its elements. */
class HamtComparisonSpec : FunSpec({
    test("maps are equal if and only if their entries are") {
        checkAll(Arb.edits(), Arb.edits()) { left, right ->
            val entries = hashMapOf(left).map { (key, value) -> key.twin() to value }.shuffled(randomSource().random)
            (hamtOf(left) == hamtOf(*entries.toTypedArray())) shouldBe true
            (Hamt.copyOf(entries.toMap()) == hamtOf(left)) shouldBe true
            (hamtOf(left) == hamtOf(right)) shouldBe (hashMapOf(left) == hashMapOf(right))
        }
    }

    test("a map after one edit is equal if a HashMap after the edit is") {
        checkAll(Arb.edits(), Arb.edits()) { edits, more ->
            val map = hamtOf(edits)
            (map == map.edited(more.take(1))) shouldBe (hashMapOf(edits) == hashMapOf(edits).edited(more.take(1)))
        }
    }

    test("buckets of the same size with different keys or values are not equal") {
        val keys = List(3) { Key("k$it", 7) }
        (hamtOf(keys) == hamtOf(keys.take(2) + Key("k3", 7))) shouldBe false
        (hamtOf(keys) == hamtOf(keys).assoc(keys[1], "other")) shouldBe false
    }

    test("equals compares values by equals, and null equals only null") {
        val key = Key("k", 1)
        (hamtOf(key to String(charArrayOf('x'))) == hamtOf(key to "x")) shouldBe true
        (hamtOf<Any?>(key to null) == hamtOf<Any?>(key to null)) shouldBe true
        (hamtOf<Any?>(key to null) == hamtOf<Any?>(key to "x")) shouldBe false
        (hamtOf<Any?>(key to "x") == hamtOf<Any?>(key to null)) shouldBe false
    }

    test("a map equals only maps of its own class") {
        val map = hamtOf(Key("k", 1) to "v")
        map.equals(null) shouldBe false
        map.equals("{k=v}") shouldBe false
        map.equals(map.toHashMap()) shouldBe false
    }

    test("hashCode returns that of a HashMap with the same entries") {
        Hamt.empty<Key, Int?>().hashCode() shouldBe 0
        checkAll(Arb.edits()) { edits -> hamtOf(edits).hashCode() shouldBe hashMapOf(edits).hashCode() }
    }

    test("toString contains each entry once") {
        Hamt.empty<Key, String>().toString() shouldBe "{}"
        hamtOf(keyAt("A", 1, 1) to null, keyAt("B", 1, 2) to "b", keyAt("C", 3) to "c").toString() shouldBe
            "{C=c, A=null, B=b}"
    }

    test("equals skips shared subtrees") {
        val (one, two) = PoisonedMaps.sharing(keyAt("A", 1) to "a", keyAt("A", 1) to "a")
        (one == two) shouldBe true
        val (left, right) = PoisonedMaps.sharing(keyAt("A", 1) to "a", keyAt("A", 1) to "other")
        (left == right) shouldBe false
        shouldThrow<NullPointerException> { one.hashCode() } // the poisoned child works
    }

    for (count in listOf(0, 1, 2, 10, 100)) {
        test("equals of maps of 10,000 entries with $count different keys calls as many equals") {
            seeded { random ->
                val calls = CallCounter()
                val keys = List(10_000) { Key("k$it", random.nextInt(), calls::count) }
                val map = hamtOf(keys)
                val other = keys.shuffled(random).take(count).fold(map) { rest, key ->
                    rest.without(key).assoc(Key(key.name, key.hash, calls::count), key.name)
                }
                calls.during { (map == other) shouldBe true } shouldBe count
            }
        }
    }

    test("equals of buckets with the same keys calls no equals") {
        val calls = CallCounter()
        val keys = List(50) { Key("k$it", 7, calls::count) }
        val (one, two) = hamtOf(keys) to hamtOf(keys.reversed())
        calls.during { (one == two) shouldBe true } shouldBe 0
    }

    test("diff of related maps finds the same as a comparison of all entries") {
        checkAll(Arb.edits(), Arb.edits(), Arb.edits()) { past, left, right ->
            val base = hamtOf(past)
            val model = hashMapOf(past)
            Differences.of(base.edited(left), base.edited(right)) shouldBe
                Differences.of(model.edited(left), model.edited(right))
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
