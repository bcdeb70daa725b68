// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

/** The shape of the trie. A path starts at the root: A (1 2) is at digit 2 of the child at digit 1 of the root. */
class HamtShapeSpec : FunSpec({
    val a = keyAt("A", 1, 1)
    val b = keyAt("B", 1, 2)
    val c = keyAt("C", 3)

    // [ ]
    test("the empty map is a node without slots") {
        Hamt.empty<Key, String>().shape() shouldBe "[]"
    }

    // A (1), C (3):   [ A a C c ]
    test("entries are ordered by digit") {
        hamtOf(a to "a", c to "c").shape() shouldBe "[1:A=a 3:C=c]"
        hamtOf(c to "c", a to "a").shape() shouldBe "[1:A=a 3:C=c]"
    }

    // A (1 1), B (1 2), C (3):   [ C c | • ]
    //                                    1
    //                                [ A a B b ]
    test("two keys with the same digit are in a child after the entries") {
        hamtOf(a to "a", c to "c", b to "b").shape() shouldBe "[3:C=c | 1:[1:A=a 2:B=b]]"
    }

    // 0 0, 0 1, 31 0, 31 1, 5:   [ E e | •    • ]
    //                                    31   0
    test("children are ordered by descending digit after the entries") {
        val keys = listOf(keyAt("A", 0, 0), keyAt("B", 0, 1), keyAt("C", 31, 0), keyAt("D", 31, 1), keyAt("E", 5))
        hamtOf(keys).shape() shouldBe "[5:E=E | 31:[0:C=C 1:D=D] 0:[0:A=A 1:B=B]]"
    }

    // The reverse: without B, A moves back into the root.
    test("without moves the last entry of a child into the parent") {
        hamtOf(a to "a", b to "b", c to "c").without(b).shape() shouldBe "[1:A=a 3:C=c]"
    }

    // A (1 1 1), B (1 1 2):   [ | • ]        without B:   [ A a ]
    //                             1
    //                         [ | • ]
    //                             1
    //                         [ A a B b ]
    test("without moves a single entry up through nodes with a single child") {
        val deep = hamtOf(keyAt("A", 1, 1, 1) to "a", keyAt("B", 1, 1, 2) to "b")
        deep.shape() shouldBe "[| 1:[| 1:[1:A=a 2:B=b]]]"
        deep.without(keyAt("B", 1, 1, 2)).shape() shouldBe "[1:A=a]"
    }

    // A (1 1 1), B (1 1 2), X (1 2):   [ | • ]            without B:   [ | • ]
    //                                      1                               1
    //                                  [ X x | • ]                     [ A a X x ]
    //                                          1
    //                                      [ A a B b ]
    test("without moves a single entry up only to a node with another entry") {
        val b2 = keyAt("B", 1, 1, 2)
        val deep = hamtOf(keyAt("A", 1, 1, 1) to "a", b2 to "b", keyAt("X", 1, 2) to "x")
        deep.shape() shouldBe "[| 1:[2:X=x | 1:[1:A=a 2:B=b]]]"
        deep.without(b2).shape() shouldBe "[| 1:[1:A=a 2:X=x]]"
    }

    // A (0 0 0 0 0 0 0), B (0 0 0 0 0 0 3):   six nodes with one child each, and a seventh with both
    test("keys that differ only in the last two bits are separated at the seventh level") {
        hamtOf(keyAt("A") to "a", keyAt("B", 0, 0, 0, 0, 0, 0, 3) to "b").shape() shouldBe
            "[| 0:[| 0:[| 0:[| 0:[| 0:[| 0:[0:A=a 3:B=b]]]]]]]"
    }

    // A, B and C with hash 0:   seven nodes with one child each, and then the bucket { A a B b C c }
    test("keys with the same hash share a bucket below the seventh level") {
        val three = hamtOf(Key("A", 0) to "a", Key("B", 0) to "b", Key("C", 0) to "c")
        three.shape() shouldBe "[| 0:[| 0:[| 0:[| 0:[| 0:[| 0:[| 0:{A=a B=b C=c}]]]]]]]"
        three.without(Key("B", 0)).shape() shouldBe "[| 0:[| 0:[| 0:[| 0:[| 0:[| 0:[| 0:{A=a C=c}]]]]]]]"
    }

    test("without the second-to-last key of a bucket removes the bucket and its ancestors") {
        hamtOf(Key("A", 0) to "a", Key("B", 0) to "b").without(Key("A", 0)).shape() shouldBe "[0:B=b]"
    }

    // [ C c | • ]   ->   [ C z | • ]     the same child
    //         1                  1
    test("assoc copies the nodes above the value and shares the others") {
        val before = hamtOf(a to "a", b to "b", c to "c")
        val after = before.assoc(c, "z")
        after.shape() shouldBe "[3:C=z | 1:[1:A=a 2:B=b]]"
        after.slots[2] shouldBeSameInstanceAs before.slots[2]
    }

    test("without the last entry returns the shared empty map") {
        hamtOf(a to "a").without(a) shouldBeSameInstanceAs Hamt.empty<Key, String>()
        hamtOf(a to "a", b to "b").without(a).without(b) shouldBeSameInstanceAs Hamt.empty<Key, String>()
    }
})
