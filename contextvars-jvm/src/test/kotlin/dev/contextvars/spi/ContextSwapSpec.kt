// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spi

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.onNewThread
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

class ContextSwapSpec : FunSpec({
    val v = ContextVar("v", 0)

    fun thisThreadIfDirty() = ThreadCells.dirtyThreads().filter { it === Thread.currentThread() }

    test("swap makes a context current and returns the one that was") {
        onNewThread {
            val (a, b) = List(2) { Context() }
            ContextSwap.swap(a).shouldBeNull()
            v.set(1)
            ContextSwap.swap(b) shouldBeSameInstanceAs a
            v.get() shouldBe 0
            ContextSwap.swap(null) shouldBeSameInstanceAs b
            a[v] shouldBe 1
            thisThreadIfDirty()
        }.shouldBeEmpty()
    }

    test("swap does not mark a context as entered") {
        onNewThread {
            val ctx = Context()
            ContextSwap.swap(ctx)
            ctx.run { 42 } shouldBe 42
            ContextSwap.swap(null)
        }
    }

    test("swap of nothing on a fresh thread makes no cell") {
        onNewThread { ContextSwap.swap(null) }.shouldBeNull()
    }

    test("swap of nothing takes the thread's own context away, and its value with it") {
        onNewThread {
            v.set(1)
            val own = ContextSwap.swap(null)
            v.get() shouldBe 0
            thisThreadIfDirty().shouldBeEmpty()
            v.set(2)
            ContextSwap.swap(own)
            v.get()
        } shouldBe 1
    }

    test("attach returns the context to put back, as swap does") {
        onNewThread {
            val (a, b) = List(2) { Context() }
            ContextSwap.swap(a)
            ContextSwap.attach(b) shouldBeSameInstanceAs a
            ThreadCells.current() shouldBeSameInstanceAs b
            ContextSwap.detach(a)
            ThreadCells.current() shouldBeSameInstanceAs a
        }
    }

    test("attach on a thread without a context returns null, and detach of null leaves nothing") {
        onNewThread {
            ContextSwap.attach(Context()).shouldBeNull()
            ContextSwap.detach(null)
            thisThreadIfDirty()
        }.shouldBeEmpty()
    }

    test("attach does not hand out the thread's own context, and detach of null brings it back") {
        onNewThread {
            v.set(1)
            ContextSwap.attach(Context()).shouldBeNull()
            v.get() shouldBe 0
            ContextSwap.detach(null)
            v.get()
        } shouldBe 1
    }

    test("detach of null on another thread brings nothing of the first one there") {
        val before = onNewThread {
            v.set(1)
            ContextSwap.attach(Context())
        }
        onNewThread {
            ContextSwap.detach(before)
            v.get()
        } shouldBe 0
    }

    test("detach may be called twice, on a thread without a cell too") {
        onNewThread {
            val ctx = Context()
            repeat(2) { ContextSwap.detach(ctx) }
            ThreadCells.current() shouldBeSameInstanceAs ctx
            repeat(2) { ContextSwap.detach(null) }
            thisThreadIfDirty()
        }.shouldBeEmpty()
    }

    test("a context of its own that a thread makes while it is swapped away is its own") {
        onNewThread {
            v.set(1)
            val first = ContextSwap.swap(null)
            v.set(2)
            ContextSwap.attach(Context())
            ContextSwap.detach(null)
            v.get() shouldBe 2
            ContextSwap.swap(first)
            ContextSwap.attach(Context())
            ContextSwap.detach(null)
            v.get()
        } shouldBe 1
    }
})
