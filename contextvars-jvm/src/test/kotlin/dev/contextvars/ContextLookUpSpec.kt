// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** Look-up in contexts of many variables: deeper than one node. */
class ContextLookUpSpec : FunSpec({
    val bound = List(2_000) { ContextVar<Int?>("v$it") }
    val free = List(2_000) { ContextVar<Int?>("v$it", -1) }
    val context = Context()
    context.run { bound.forEachIndexed { i, variable -> variable.set(i.takeIf { it % 10 != 0 }) } }

    test("a context of many variables gives each its own value, null included") {
        val values = List(2_000) { i -> i.takeIf { it % 10 != 0 } }
        bound.map { context.getValue(it) } shouldBe values
        context.run { bound.map { it.get() } } shouldBe values
    }

    test("a context of many variables gives others of the same names nothing") {
        free.count { context.contains(it) } shouldBe 0
        context.run { free.map { it.get() }.toSet() } shouldBe setOf(-1)
    }
})
