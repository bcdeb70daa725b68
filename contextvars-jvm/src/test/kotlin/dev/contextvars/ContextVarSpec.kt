// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class ContextVarSpec : FunSpec({
    test("a variable gives the value set before") {
        val v = ContextVar<Int>("v")
        val n: Int = Context().run {
            v.set(42)
            v.get()
        }
        n shouldBe 42
    }
})
