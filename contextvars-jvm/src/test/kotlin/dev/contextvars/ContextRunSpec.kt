// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.TestThread
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.util.concurrent.Executor

class ContextRunSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar("v", 0)

    test("run returns the body's result") {
        val n: Int = Context().run { 42 }
        n shouldBe 42
    }

    test("call returns the body's result and throws its checked exceptions") {
        val n: Int = Context().call { 42 }
        n shouldBe 42
        val failure = IOException("disk")
        shouldThrow<IOException> { Context().call { throw failure } } shouldBeSameInstanceAs failure
    }

    test("execute runs the body in the context on the calling thread") {
        val ctx = Context()
        val executor: Executor = ctx
        var ran: Pair<Context?, Thread>? = null
        executor.execute { ran = ThreadCells.current() to Thread.currentThread() }
        ran shouldBe (ctx to Thread.currentThread())
    }

    test("the body's changes stay in the context and are visible nowhere else") {
        val ctx = Context()
        ctx.execute { v.set(1) }
        ctx[v] shouldBe 1
        v.get() shouldBe 0
        ctx.run { v.get() } shouldBe 1
    }

    test("a copy is an independent snapshot of the original") {
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

    test("copyContext without a current context returns an empty one and sets none") {
        onNewThread { Context.copyContext().isEmpty to ThreadCells.current() } shouldBe (true to null)
    }

    test("run throws the body's exception, exits the context and keeps the changes") {
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
        test("$name throws if this thread has entered the context and changes nothing") {
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

        test("$name throws if another thread has entered the context") {
            val ctx = Context()
            TestThread("other").use { other ->
                other { ctx.enter() }
                shouldThrow<ContextEnteredException> { ctx.entering() }.context shouldBeSameInstanceAs ctx
                other { ctx.exit() }
            }
            ctx.run { 42 } shouldBe 42
        }
    }

    test("run throws inside the first context of a thread") {
        onNewThread {
            val ctx = Context()
            ctx.run { shouldThrow<ContextEnteredException> { ctx.run { } } }
            ThreadCells.current()
        }.shouldBeNull()
    }

    test("exit of a context that is not entered throws ContextNotEnteredException") {
        shouldThrow<IllegalStateException> { Context().exit() }.shouldBeInstanceOf<ContextNotEnteredException>()
    }

    test("exit of a context that is not current throws and changes nothing") {
        val (outer, inner) = List(2) { Context() }
        outer.enter()
        inner.enter()
        shouldThrow<IllegalStateException> { outer.exit() }.shouldBeInstanceOf<ContextNotCurrentException>()
        ThreadCells.current() shouldBeSameInstanceAs inner
        inner.exit()
        ThreadCells.current() shouldBeSameInstanceAs outer
        outer.exit()
    }

    test("exit of a context that another thread entered throws") {
        val ctx = Context()
        ctx.enter()
        shouldThrow<ContextNotCurrentException> { onNewThread { ctx.exit() } }.context shouldBeSameInstanceAs ctx
        ctx.exit()
    }

    test("run throws if its body has exited the context") {
        val ctx = Context()
        shouldThrow<ContextNotEnteredException> { ctx.run { ctx.exit() } }.context shouldBeSameInstanceAs ctx
    }

    test("run throws if its body has entered another context and not exited it") {
        onNewThread {
            val (ctx, other) = List(2) { Context() }
            shouldThrow<ContextNotCurrentException> { ctx.run { other.enter() } }
            ThreadCells.current() shouldBeSameInstanceAs other
            other.exit()
            ctx.exit()
            ThreadCells.current()
        }.shouldBeNull()
    }

    test("an exit failure is suppressed under the body's exception") {
        val ctx = Context()
        val failure = shouldThrow<IOException> {
            ctx.call {
                ctx.exit()
                throw IOException("disk")
            }
        }
        failure.suppressed.single().shouldBeInstanceOf<ContextNotEnteredException>()
    }

    test("the outermost exit restores the previous context, or none") {
        val before = ThreadCells.current()
        Context().run { Context().run { } }
        ThreadCells.current() shouldBeSameInstanceAs before
        onNewThread {
            Context().run { v.set(1) }
            ThreadCells.dirtyThreads().filter { it === Thread.currentThread() }
        }.shouldBeEmpty()
    }

    test("the outermost exit restores the implicit context") {
        onNewThread {
            v.set(1)
            Context().execute { v.set(2) }
            v.get()
        } shouldBe 1
    }

    test("a new thread has no context") {
        v.set(1)
        onNewThread { ThreadCells.current() to v.get() } shouldBe (null to 0)
    }
})
