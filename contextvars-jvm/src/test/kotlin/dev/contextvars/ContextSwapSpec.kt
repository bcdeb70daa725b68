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

    test("swap makes a context current and returns the previous one") {
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

    test("swap does not enter a context") {
        onNewThread {
            val ctx = Context()
            ContextSwap.swap(ctx)
            ctx.run { 42 } shouldBe 42
            ContextSwap.swap(null)
        }
    }

    test("swap(null) on a new thread returns null") {
        onNewThread { ContextSwap.swap(null) }.shouldBeNull()
    }

    test("swap(null) removes the implicit context with its values") {
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

    test("detach restores the context that attach replaced") {
        onNewThread {
            val (a, b) = List(2) { Context() }
            ContextSwap.swap(a)
            val token = ContextSwap.attach(b)
            ThreadCells.current() shouldBeSameInstanceAs b
            ContextSwap.detach(token)
            ThreadCells.current() shouldBeSameInstanceAs a
        }
    }

    test("token returns what attach would return and does not switch") {
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

    test("isImplicit returns true only for a context that a set created") {
        onNewThread {
            v.set(1)
            val implicit = ContextSwap.current()!!
            ContextSwap.isImplicit(implicit) shouldBe true
            ContextSwap.isImplicit(implicit.copy()) shouldBe false
            ContextSwap.isImplicit(Context()) shouldBe false
        }
    }

    test("a value set after swap(null) is not visible after the swap back") {
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

    test("attach returns null for the implicit context, even after swap(null) and back") {
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

    test("attach without a current context returns null, and detach(null) removes all") {
        onNewThread {
            ContextSwap.attach(Context()).shouldBeNull()
            ContextSwap.detach(null)
            thisThreadIfDirty()
        }.shouldBeEmpty()
    }

    test("detach(null) restores the implicit context") {
        onNewThread {
            v.set(1)
            ContextSwap.attach(Context()).shouldBeNull()
            v.get() shouldBe 0
            ContextSwap.detach(null)
            v.get()
        } shouldBe 1
    }

    test("detach(null) on another thread does not install the first thread's context") {
        val before = onNewThread {
            v.set(1)
            ContextSwap.attach(Context())
        }
        onNewThread {
            ContextSwap.detach(before)
            v.get()
        } shouldBe 0
    }

    test("detach can be called twice, even on a new thread") {
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

    test("detach of the inner token after the outer one leaves no context") {
        onNewThread {
            val outer = ContextSwap.attach(Context())
            val nested = ContextSwap.attach(Context())
            ContextSwap.detach(outer)
            ContextSwap.detach(nested)
            thisThreadIfDirty()
        }.shouldBeEmpty()
    }

    test("detach of the inner token after the outer one keeps the implicit context") {
        onNewThread {
            v.set(1)
            val outer = ContextSwap.attach(Context())
            val nested = ContextSwap.attach(Context())
            ContextSwap.detach(outer)
            ContextSwap.detach(nested)
            v.get()
        } shouldBe 1
    }

    test("an implicit context created after swap(null) is restored by detach(null)") {
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

    test("detach on another thread installs the token's explicit context") {
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

    test("detach on another thread does not install the token's implicit context") {
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

    test("detach on another thread of a token without a context installs none") {
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

    test("detach(null) restores the implicit context after a token of another thread") {
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
