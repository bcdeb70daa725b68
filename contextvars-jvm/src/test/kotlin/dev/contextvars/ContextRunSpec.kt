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
import java.util.function.Function
import java.util.function.Supplier

class ContextRunSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar("v", 0)

    val ways = listOf(
        Way("run", "") { body -> run<Int> { body("") } },
        Way("call", "") { body -> call { body("") } },
        Way("execute", "", hasResult = false) { body -> execute { body("") } },
        Way("wrap", "", hasResult = false) { body -> wrap { body("") }.run() },
        Way("wrapCallable", "") { body -> wrapCallable { body("") }.call() },
        Way("wrapSupplier", "") { body -> wrapSupplier { body("") }.get() },
        Way("wrapFunction", "a") { body -> wrapFunction { a: String -> body(a) }.apply("a") },
        Way("wrapBiFunction", "ab") { body -> wrapBiFunction { a: String, b: String -> body(a + b) }.apply("a", "b") },
        Way("wrapConsumer", "a", hasResult = false) { body -> wrapConsumer { a: String -> body(a) }.accept("a") },
        Way("wrapBiConsumer", "ab", hasResult = false) { body ->
            wrapBiConsumer { a: String, b: String -> body(a + b) }.accept("a", "b")
        },
    )

    ways.forEach { way ->
        test("${way.name} runs a body in the context, on this thread, and passes arguments and result") {
            val ctx = Context()
            var seen: Any? = null
            val result = way(ctx) { seen = Triple(ThreadCells.current(), Thread.currentThread(), it) }
            seen shouldBe Triple(ctx, Thread.currentThread(), way.arguments)
            result shouldBe if (way.hasResult) 42 else Unit
        }

        test("${way.name} keeps the body's changes in the context, and nowhere else") {
            val ctx = Context()
            repeat(2) { way(ctx) { v.set(v.get() + 1) } }
            ctx[v] shouldBe 2
            v.get() shouldBe 0
        }

        test("${way.name} throws the body's exception, exits the context and keeps the changes") {
            val ctx = Context()
            val failure = IOException("disk")
            shouldThrow<IOException> {
                way(ctx) {
                    v.set(1)
                    throw failure
                }
            } shouldBeSameInstanceAs failure
            ctx[v] shouldBe 1
            ctx.run { 42 } shouldBe 42
        }
    }

    (ways + Way("enter", "") { enter() }).forEach { way ->
        test("${way.name} throws if this thread has entered the context, and changes nothing") {
            val ctx = Context()
            ctx.execute {
                Context().execute {
                    val inner = ThreadCells.current()
                    shouldThrow<IllegalStateException> { way(ctx) { error("called") } }
                        .shouldBeInstanceOf<ContextEnteredException>()
                    ThreadCells.current() shouldBeSameInstanceAs inner
                }
                ThreadCells.current() shouldBeSameInstanceAs ctx
            }
        }

        test("${way.name} throws if another thread has entered the context") {
            val ctx = Context()
            TestThread("other").use { other ->
                other { ctx.enter() }
                shouldThrow<ContextEnteredException> { way(ctx) { } }.context shouldBeSameInstanceAs ctx
                other { ctx.exit() }
            }
            ctx.run { 42 } shouldBe 42
        }
    }

    test("a Kotlin lambda needs no type name for any of the functions") {
        val executor: Executor = Context()
        executor.execute { }
        val fromRun: Int = Context().run { 20 }
        val fromCall: Int = Context().call { 20 }
        val answer: Supplier<Int> = Context().wrapSupplier { 2 }
        val length: Function<String, Int> = Context().wrapFunction { it.length }
        fromRun + fromCall + answer.get() + length.apply("four") shouldBe 46
    }

    test("a wrapped body accepts and returns null if its type does") {
        Context().wrapFunction<String?, String?> { it }.apply(null) shouldBe null
    }

    test("a body wrapped in one copy can call a body wrapped in another copy") {
        v.set(1)
        val (outer, inner) = List(2) { Context.copyContext() }
        outer.wrapSupplier { v.set(2).run { inner.wrapSupplier { v.get() }.get() } }.get() shouldBe 1
    }

    test("a copy of an entered context is not entered") {
        val ctx = Context()
        ctx.run { ctx.copy().run { 42 } } shouldBe 42
    }

    test("copyContext without a current context returns an empty one and sets none") {
        onNewThread { Context.copyContext().isEmpty to ThreadCells.current() } shouldBe (true to null)
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

/** Runs a body that returns 42, with the given arguments. */
private class Way(
    val name: String,
    val arguments: String,
    val hasResult: Boolean = true,
    private val use: Context.(body: (String) -> Int) -> Any?,
) {
    operator fun invoke(ctx: Context, body: (String) -> Unit): Any? = ctx.use { body(it).let { 42 } }
}
