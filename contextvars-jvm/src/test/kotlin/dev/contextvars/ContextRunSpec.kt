// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executor
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

class ContextRunSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar("v", 0)

    test("run gives the body's value, and its type") {
        val n: Int = Context().run { 42 }
        n shouldBe 42
    }

    test("call gives the body's value, and lets its checked exceptions pass") {
        val n: Int = Context().call { 42 }
        n shouldBe 42
        val failure = IOException("disk")
        shouldThrow<IOException> { Context().call { throw failure } } shouldBeSameInstanceAs failure
    }

    test("execute runs the body in the context, on the calling thread") {
        val ctx = Context()
        val executor: Executor = ctx
        var ran: Pair<Context?, Thread>? = null
        executor.execute { ran = ThreadCells.current() to Thread.currentThread() }
        ran shouldBe (ctx to Thread.currentThread())
    }

    test("what the body sets stays in the context, and is seen nowhere else") {
        val ctx = Context()
        ctx.execute { v.set(1) }
        ctx[v] shouldBe 1
        v.get() shouldBe 0
        ctx.run { v.get() } shouldBe 1
    }

    test("a copy has the values of its moment, and goes its own way") {
        v.set(1)
        val copy = Context.copyContext()
        v.set(2)
        copy.execute { v.set(copy.getValue(v) + 10) }
        v.get() shouldBe 2
        copy[v] shouldBe 11
    }

    test("a copy of an entered context is not entered") {
        val ctx = Context()
        ctx.run { ctx.copy().run { 42 } } shouldBe 42
    }

    test("copyContext on a thread without a context is empty, and gives the thread none") {
        onNewThread { Context.copyContext().isEmpty to ThreadCells.current() } shouldBe (true to null)
    }

    test("the body's exception passes unchanged, the context is left, and its changes stay") {
        val ctx = Context()
        val failure = IllegalArgumentException("mine")
        shouldThrow<IllegalArgumentException> {
            ctx.execute {
                v.set(1)
                throw failure
            }
        } shouldBeSameInstanceAs failure
        ctx[v] shouldBe 1
        ctx.run { 42 } shouldBe 42
    }

    listOf<Pair<String, Context.() -> Unit>>(
        "run" to { run { } },
        "call" to { call { } },
        "execute" to { execute { } },
        "enter" to { enter() },
    ).forEach { (name, entering) ->
        test("$name refuses a context that is entered on this thread, and changes nothing") {
            val ctx = Context()
            ctx.execute {
                Context().execute {
                    val inner = ThreadCells.current()
                    shouldThrow<IllegalStateException> { ctx.entering() }.shouldBeInstanceOf<ContextEnteredException>()
                    ThreadCells.current() shouldBeSameInstanceAs inner
                }
                ThreadCells.current() shouldBeSameInstanceAs ctx
            }
        }

        test("$name refuses a context that is entered on another thread") {
            val ctx = Context()
            val entered = CountDownLatch(1)
            val refused = CountDownLatch(1)
            val other = thread {
                ctx.execute {
                    entered.countDown()
                    refused.await(30, TimeUnit.SECONDS)
                }
            }
            entered.await(30, TimeUnit.SECONDS) shouldBe true
            shouldThrow<ContextEnteredException> { ctx.entering() }.context shouldBeSameInstanceAs ctx
            refused.countDown()
            other.join()
            ctx.run { 42 } shouldBe 42
        }
    }

    test("a context first entered on a thread that had none is entered, too") {
        onNewThread {
            val ctx = Context()
            ctx.run { shouldThrow<ContextEnteredException> { ctx.run { } } }
            ThreadCells.current()
        }.shouldBeNull()
    }

    test("exit refuses a context that nobody entered, before it looks at the thread") {
        shouldThrow<IllegalStateException> { Context().exit() }.shouldBeInstanceOf<ContextNotEnteredException>()
    }

    test("exit refuses a context that is entered but not current, and leaves both as they are") {
        val (outer, inner) = List(2) { Context() }
        outer.enter()
        inner.enter()
        shouldThrow<IllegalStateException> { outer.exit() }.shouldBeInstanceOf<ContextNotCurrentException>()
        ThreadCells.current() shouldBeSameInstanceAs inner
        inner.exit()
        ThreadCells.current() shouldBeSameInstanceAs outer
        outer.exit()
    }

    test("exit refuses a context that another thread entered") {
        val ctx = Context()
        ctx.enter()
        shouldThrow<ContextNotCurrentException> { onNewThread { ctx.exit() } }.context shouldBeSameInstanceAs ctx
        ctx.exit()
    }

    test("run fails when its body has left the context") {
        val ctx = Context()
        shouldThrow<ContextNotEnteredException> { ctx.run { ctx.exit() } }.context shouldBeSameInstanceAs ctx
    }

    test("run fails when its body has entered another context and not left it") {
        onNewThread {
            val (ctx, other) = List(2) { Context() }
            shouldThrow<ContextNotCurrentException> { ctx.run { other.enter() } }
            ThreadCells.current() shouldBeSameInstanceAs other
            other.exit()
            ctx.exit()
            ThreadCells.current()
        }.shouldBeNull()
    }

    test("the body's exception counts more than that the context cannot be left, which it has suppressed") {
        val ctx = Context()
        val failure = shouldThrow<IOException> {
            ctx.call {
                ctx.exit()
                throw IOException("disk")
            }
        }
        failure.suppressed.single().shouldBeInstanceOf<ContextNotEnteredException>()
    }

    test("a thread is back on what it had after the outermost exit") {
        val before = ThreadCells.current()
        Context().run { Context().run { } }
        ThreadCells.current() shouldBeSameInstanceAs before
        onNewThread {
            Context().run { v.set(1) }
            ThreadCells.dirtyThreads().filter { it === Thread.currentThread() }
        }.shouldBeEmpty()
    }

    test("a thread's own context is back after the outermost exit") {
        onNewThread {
            v.set(1)
            Context().execute { v.set(2) }
            v.get()
        } shouldBe 1
    }

    test("a new thread has no context, whatever its maker has") {
        v.set(1)
        onNewThread { ThreadCells.current() to v.get() } shouldBe (null to 0)
    }
})
