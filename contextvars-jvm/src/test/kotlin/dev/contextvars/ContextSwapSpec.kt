// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

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

    test("detach restores what attach replaced") {
        onNewThread {
            val (a, b) = List(2) { Context() }
            ContextSwap.swap(a)
            val token = ContextSwap.attach(b)
            ThreadCells.current() shouldBeSameInstanceAs b
            ContextSwap.detach(token)
            ThreadCells.current() shouldBeSameInstanceAs a
        }
    }

    test("token returns what attach would return, and switches nothing") {
        onNewThread {
            ContextSwap.token().shouldBeNull()
            v.set(1)
            ContextSwap.token().shouldBeNull()
            val a = Context()
            ContextSwap.attach(a).shouldBeNull()
            val token = ContextSwap.token()
            ThreadCells.current() shouldBeSameInstanceAs a
            ContextSwap.attach(Context())
            ContextSwap.detach(token)
            ThreadCells.current() shouldBeSameInstanceAs a
            ContextSwap.detach(null)
            v.get()
        } shouldBe 1
    }

    test("isImplicit is true only for the context that a set created") {
        onNewThread {
            v.set(1)
            val implicit = ContextSwap.current()!!
            ContextSwap.isImplicit(implicit) shouldBe true
            ContextSwap.isImplicit(implicit.copy()) shouldBe false
            ContextSwap.isImplicit(Context()) shouldBe false
        }
    }

    test("a set made while none is swapped in is gone after the swap back") {
        onNewThread {
            Context().execute {
                val current = ContextSwap.swap(null)
                v.set(1)
                ContextSwap.swap(current)
                v.get() shouldBe 0
            }
            v.get() shouldBe 0
            ContextSwap.detach(ContextSwap.attach(Context()))
            v.get() shouldBe 0
            thisThreadIfDirty()
        }.shouldBeEmpty()
    }

    test("after swap of nothing and back, attach does not return the thread's implicit context") {
        val token = onNewThread {
            v.set(1)
            Context().execute { ContextSwap.swap(ContextSwap.swap(null)) }
            v.get() shouldBe 1
            ContextSwap.attach(Context())
        }
        onNewThread {
            ContextSwap.detach(token)
            v.get()
        } shouldBe 0
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

    test("detach may be called twice, also on a thread without a cell") {
        val ctx = Context()
        val token = onNewThread {
            ContextSwap.attach(ctx)
            ContextSwap.attach(Context())
        }
        onNewThread {
            repeat(2) { ContextSwap.detach(token) }
            ThreadCells.current() shouldBeSameInstanceAs ctx
            repeat(2) { ContextSwap.detach(null) }
            thisThreadIfDirty()
        }.shouldBeEmpty()
    }

    test(
        "a token that is restored last, after the attachment that it was nested in has ended, leaves the thread clean",
    ) {
        onNewThread {
            val outer = ContextSwap.attach(Context())
            val nested = ContextSwap.attach(Context())
            ContextSwap.detach(outer)
            ContextSwap.detach(nested)
            thisThreadIfDirty()
        }.shouldBeEmpty()
    }

    test("a token that is restored last keeps an implicit context as it is") {
        onNewThread {
            v.set(1)
            val outer = ContextSwap.attach(Context())
            val nested = ContextSwap.attach(Context())
            ContextSwap.detach(outer)
            ContextSwap.detach(nested)
            v.get()
        } shouldBe 1
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

    test("a token with an explicit context installs it on another thread") {
        val ctx = Context()
        val token = onNewThread {
            ContextSwap.swap(ctx)
            ContextSwap.attach(Context())
        }
        onNewThread {
            ContextSwap.detach(token)
            ThreadCells.current() shouldBeSameInstanceAs ctx
        }
    }

    test("a token with an implicit context does not install it on another thread") {
        val token = onNewThread {
            ContextSwap.attach(Context())
            ContextSwap.swap(null)
            v.set(1)
            ContextSwap.attach(Context())
        }
        onNewThread {
            ContextSwap.detach(token)
            v.get()
        } shouldBe 0
    }

    test("a token with no context restores none on another thread") {
        val token = onNewThread {
            ContextSwap.attach(Context())
            ContextSwap.swap(null)
            ContextSwap.attach(Context())
        }
        onNewThread {
            ContextSwap.detach(token)
            ThreadCells.current()
        }.shouldBeNull()
    }

    test("after a token of another thread, detach of null restores this thread's implicit context") {
        val ctx = Context()
        val token = onNewThread {
            ContextSwap.attach(ctx)
            ContextSwap.attach(Context())
        }
        onNewThread {
            v.set(1)
            ContextSwap.detach(token)
            ThreadCells.current() shouldBeSameInstanceAs ctx
            ContextSwap.detach(null)
            v.get()
        } shouldBe 1
    }
})
