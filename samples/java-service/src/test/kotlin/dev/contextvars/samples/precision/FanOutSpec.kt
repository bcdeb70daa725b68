// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision

import dev.contextvars.Context
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletionException
import java.util.concurrent.Executors
import java.util.function.Supplier

class FanOutSpec : FunSpec({
    val pool = Executors.newFixedThreadPool(2)
    afterSpec { pool.shutdown() }

    fun <T> inOwnContext(digits: Int, body: () -> T): T = Context().run {
        Precision.set(digits)
        body()
    }

    test("every task sees the values of its caller") {
        val tasks = List(20) { Supplier { Precision.digits() } }
        inOwnContext(7) { FanOut.all(pool, tasks) } shouldBe List(20) { 7 }
        inOwnContext(8) { FanOut.all(pool, tasks) } shouldBe List(20) { 8 }
    }

    test("a task's changes are not visible to other tasks or to the caller") {
        val tasks = List(20) { number ->
            Supplier { Precision.digits().also { Precision.set(100 + number) } }
        }
        inOwnContext(7) { FanOut.all(pool, tasks) + Precision.digits() } shouldBe List(21) { 7 }
    }

    test("results are in the order of the tasks") {
        FanOut.all(pool, listOf(Supplier { 1 }, Supplier { 2 }, Supplier { 3 })).shouldContainExactly(1, 2, 3)
    }

    test("a task's failure is the cause of the exception, and no thread keeps a context") {
        val failure = IllegalStateException("no")
        shouldThrow<CompletionException> {
            inOwnContext(7) { FanOut.all(pool, listOf(Supplier<Int> { throw failure })) }
        }.cause shouldBe failure
        ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
    }
})
