// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.checkAll

/** The lookup of keys whose equals is identity, such as variables. */
class HamtIdentitySpec : FunSpec({
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

private fun hamtOf(vararg keys: Key) = hamtOf(keys.asList())
