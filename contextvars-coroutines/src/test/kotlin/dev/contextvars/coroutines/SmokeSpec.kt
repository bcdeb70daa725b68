// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

class SmokeSpec : FunSpec({
    test("a context follows its coroutine across dispatchers") {
        val v = ContextVar<Int>("v")
        val ctx = Context()
        withContext(ctx.asElement()) {
            v.set(1)
            withContext(Dispatchers.IO) {
                ThreadCells.current() shouldBeSameInstanceAs ctx
                v.set(v.get() + 1)
            }
            yield()
            v.get() shouldBe 2
        }
        ctx[v] shouldBe 2
        ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
    }
})
