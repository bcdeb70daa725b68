// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.ContextSwap.attach
import dev.contextvars.ContextSwap.detach
import dev.contextvars.ContextSwap.swap
import dev.contextvars.testing.TestThread
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

class ContextSwapSpec : FunSpec({
    val v = ContextVar("v", 0)
    val one = autoClose(TestThread("swap one"))
    val two = autoClose(TestThread("swap two"))

    afterTest { listOf(one, two).forEach { thread -> thread { clean() } } }

    fun shouldBeClean() = ThreadCells.dirtyThreads().filter { it === Thread.currentThread() }.shouldBeEmpty()

    /** Runs the body on a thread without a context. */
    fun threadTest(name: String, body: () -> Unit) = test(name) { one(body) }

    threadTest("swap makes a context current and returns the previous one") {
        val (a, b) = List(2) { Context() }
        swap(a).shouldBeNull()
        v.set(1)
        swap(b) shouldBeSameInstanceAs a
        v.get() shouldBe 0
        swap(null) shouldBeSameInstanceAs b
        a[v] shouldBe 1
        shouldBeClean()
    }

    threadTest("swap does not enter a context") {
        val ctx = Context()
        swap(ctx)
        ctx.run { 42 } shouldBe 42
    }

    threadTest("swap(null) removes the implicit context with its values") {
        v.set(1)
        val implicit = swap(null)
        v.get() shouldBe 0
        shouldBeClean()
        v.set(2)
        swap(implicit)
        v.get() shouldBe 1
    }

    threadTest("detach restores the context that attach replaced, also on another thread") {
        val (a, b) = List(2) { Context() }
        swap(a)
        val token = attach(b)
        ThreadCells.current() shouldBeSameInstanceAs b
        detach(token)
        ThreadCells.current() shouldBeSameInstanceAs a
        two {
            detach(token)
            ThreadCells.current() shouldBeSameInstanceAs a
        }
    }

    threadTest("token returns what attach would return and does not switch") {
        ContextSwap.token().shouldBeNull()
        v.set(1)
        ContextSwap.token().shouldBeNull()
        val a = Context()
        attach(a).shouldBeNull()
        val token = ContextSwap.token()
        ThreadCells.current() shouldBeSameInstanceAs a
        attach(Context())
        detach(token)
        ThreadCells.current() shouldBeSameInstanceAs a
        detach(null)
        v.get() shouldBe 1
    }

    threadTest("isImplicit returns true only for a context that a set created") {
        v.set(1)
        val implicit = ContextSwap.current()!!
        ContextSwap.isImplicit(implicit) shouldBe true
        ContextSwap.isImplicit(implicit.copy()) shouldBe false
        ContextSwap.isImplicit(Context()) shouldBe false
    }

    threadTest("a value set after swap(null) is not visible after the swap back") {
        Context().execute {
            val current = swap(null)
            v.set(1)
            swap(current)
            v.get() shouldBe 0
        }
        v.get() shouldBe 0
        detach(attach(Context()))
        v.get() shouldBe 0
        shouldBeClean()
    }

    threadTest("detach(null) restores the implicit context") {
        v.set(1)
        attach(Context()).shouldBeNull()
        v.get() shouldBe 0
        detach(null)
        v.get() shouldBe 1
    }

    threadTest("detach of the inner token after the outer one leaves no context, or the implicit one") {
        repeat(2) {
            val (outer, inner) = List(2) { attach(Context()) }
            detach(outer)
            detach(inner)
            if (it == 0) shouldBeClean().also { v.set(1) }
        }
        v.get() shouldBe 1
    }

    threadTest("an implicit context created after swap(null) is restored by detach(null)") {
        v.set(1)
        val first = swap(null)
        v.set(2)
        attach(Context())
        detach(null)
        v.get() shouldBe 2
        swap(first)
        attach(Context())
        detach(null)
        v.get() shouldBe 1
    }

    test("detach can be called twice, even on a new thread") {
        val ctx = Context()
        val token = one {
            attach(ctx)
            attach(Context())
        }
        onNewThread {
            repeat(2) { detach(token) }
            ThreadCells.current() shouldBeSameInstanceAs ctx
            repeat(2) { detach(null) }
            shouldBeClean()
        }
    }

    mapOf<String, () -> Any?>(
        "after a set" to { v.set(1).let { attach(Context()) } },
        "after a set, swap(null) and back" to {
            v.set(1)
            Context().execute { swap(swap(null)) }
            v.get() shouldBe 1
            attach(Context())
        },
        "after attach, swap(null) and a set" to {
            attach(Context())
            swap(null)
            v.set(1)
            attach(Context())
        },
        "after attach and swap(null)" to {
            attach(Context())
            swap(null)
            attach(Context())
        },
    ).forEach { (state, attaching) ->
        test("detach of a token $state installs nothing on another thread") {
            val token = one { attaching() }
            two {
                detach(token)
                v.get() shouldBe 0
                ThreadCells.current().shouldBeNull()
            }
        }
    }

    test("detach(null) restores the implicit context after a token of another thread") {
        val ctx = Context()
        val token = one {
            attach(ctx)
            attach(Context())
        }
        two {
            v.set(1)
            detach(token)
            ThreadCells.current() shouldBeSameInstanceAs ctx
            detach(null)
            v.get() shouldBe 1
        }
    }
})
