// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.property.Arb
import io.kotest.property.checkAll

/**
 * The identity of maps and of keys. An update without effect returns the map itself, which comparisons of roots rely
 * on; `findIdentical` is the lookup of keys whose equals is identity, such as variables.
 */
class HamtIdentitySpec : FunSpec({
    // Three keys per hash: each size has keys in entries and in buckets, and absent keys next to both.
    val keys = List(1_000) { Key("k$it", it / 3 * -0x61c88647) }
    val absent = keys.map { Key("not ${it.name}", it.hash) }
    val bySize = keys.runningFold(Hamt.empty<Key, String>()) { map, key -> map.assoc(key, key.name) }

    test("without an absent key returns the same map at every size") {
        bySize.filterNot { map -> absent.all { map.without(it) === map } }.sizes().shouldBeEmpty()
    }

    test("assoc of the current value returns the same map at every size") {
        bySize.filterNot { map -> keys.take(map.size()).all { map.assoc(it, it.name) === map } }.sizes().shouldBeEmpty()
    }

    test("assoc of the current value to an equal key returns the same map") {
        val map = bySize.last()
        keys.all { map.assoc(it.twin(), it.name) === map } shouldBe true
    }

    test("assoc of null instead of null returns the same map") {
        val map = hamtOf(keys[0] to null, keys[1] to null, keys[900] to null)
        listOf(keys[0], keys[1], keys[900]).forEach { map.assoc(it, null) shouldBeSameInstanceAs map }
    }

    test("assoc of an equal value that is another object returns a map with it") {
        val value = String(charArrayOf('k', '0'))
        val map = bySize.last().assoc(keys[0], value)
        (map === bySize.last()) shouldBe false
        map.find(keys[0], "absent") shouldBeSameInstanceAs value
    }

    test("assoc with an equal key keeps the present key") {
        for (key in listOf(keys[999], keys[0])) { // an entry and one in a bucket
            val map = bySize.last().assoc(key.twin(), "new")
            map.single { it.value == "new" }.key shouldBeSameInstanceAs key
        }
    }

    test("findIdentical returns the value of each key, including null") {
        checkAll(Arb.edits()) { edits ->
            val map = hamtOf(edits)
            map.forEach { key, value -> map.findIdentical(key, Hamt.spread(key.hash), -1) shouldBe value }
        }
    }

    test("findIdentical returns the fallback for an equal key that is another object") {
        val map = hamtOf(keysOfAllKinds)
        keysOfAllKinds.forEach { map.findIdentical(it.twin(), Hamt.spread(it.hash), "absent") shouldBe "absent" }
    }

    test("findIdentical returns the fallback for an absent key at every kind of slot") {
        val map = hamtOf(keyAt("A", 1), keyAt("B", 2, 1), keyAt("C", 2, 2), Key("D", 0), Key("E", 0))
        for (absent in listOf(keyAt("X", 1), keyAt("X", 3), keyAt("X", 2, 3), Key("X", 0))) {
            map.findIdentical(absent, Hamt.spread(absent.hash), "absent") shouldBe "absent"
        }
    }

    test("findIdentical calls no method of a key") {
        val calls = CallCounter()
        val keys = keysOfAllKinds.map { Key(it.name, it.hash, calls::count) }
        val map = hamtOf(keys)
        calls.during {
            (keys + keysOfAllKinds).forEach { map.findIdentical(it, Hamt.spread(it.hash), "absent") }
        } shouldBe 0
    }

    test("find calls no equals for a key whose slot is empty") {
        val map = hamtOf(List(40) { keyAt("k$it", it % 30, it / 30) })
        val calls = CallCounter()
        val absent = keyAt("absent", 31).let { Key(it.name, it.hash, calls::count) }
        calls.during { map.find(absent, "fallback") shouldBe "fallback" } shouldBe 1 // its hashCode
    }
})

private fun List<Hamt<*, *>>.sizes() = map { it.size() }

private fun hamtOf(vararg keys: Key) = hamtOf(keys.asList())
