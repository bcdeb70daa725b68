// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.TestThread
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlin.random.Random

/** A task that lost its context to another task or thread cannot write until the other one has left the context. */
class ContextContendedExceptionSpec : FunSpec({
    val one = autoClose(TestThread("contended one"))
    val two = autoClose(TestThread("contended two"))
    val v = ContextVar("v", 0)

    afterTest { listOf(one, two).forEach { thread -> thread { clean() } } }

    lateinit var ctx: Context
    lateinit var token: Token<Int>
    lateinit var scope: Bindings.Scope

    fun attach(isCompleted: () -> Boolean = { false }) = ContextLease(ctx, isCompleted).attach()

    beforeTest { ctx = Context() }

    /** A task on thread one sets the variable, and loses the context to a task on thread two. */
    fun loseToTask(isCompleted: () -> Boolean = { false }): Any? {
        one {
            attach()
            scope = Bindings.of(ContextVar("other"), 0).set()
            token = v.set(1)
        }
        return two { attach(isCompleted) }
    }

    mapOf<String, () -> Any?>(
        "set" to { v.set(2) },
        "update" to { v.update { it + 1 } },
        "reset" to { v.reset(token) },
        "Token.close" to { token.close() },
        "Bindings.set" to { Bindings.of(v, 2).set() },
        "Scope.close" to { scope.close() },
        "get of a computed default" to { ContextVar.withInitial("w") { 1 }.get() },
    ).forEach { (name, write) ->
        test("$name throws in a task that lost its context") {
            loseToTask()
            val before = ctx.asMap()
            one {
                shouldThrow<IllegalStateException> { write() }
                val failure = shouldThrow<ContextContendedException> { write() }
                failure.message shouldBe
                    "cannot change $ctx on thread contended one: it is in use on thread contended two"
                failure.context shouldBeSameInstanceAs ctx
            }
            ctx.asMap() shouldBe before
            two { v.set(9) }
            ctx[v] shouldBe 9
        }
    }

    test("tryReset returns false in a task that lost its context and keeps the token") {
        val other = loseToTask()
        one { token.tryReset() } shouldBe false
        ctx[v] shouldBe 1
        two { ContextSwap.detach(other) }
        one { token.tryReset() } shouldBe true
        (v in ctx) shouldBe false
    }

    test("a task that lost its context can still read, and sees the new owner's values") {
        loseToTask()
        two { v.set(9) }
        one {
            v.get() shouldBe 9
            v.isSet shouldBe true
            Context.copyContext()[v] shouldBe 9
            Context.copyContext().run { v.set(10) }
        }
        ctx[v] shouldBe 9
    }

    test("a task that lost its context can write after the other task has detached") {
        val other = loseToTask()
        two { ContextSwap.detach(other) }
        one {
            v.reset(token)
            scope.close()
        }
        ctx.isEmpty shouldBe true
    }

    test("a task that lost its context can write after the other task has completed") {
        var completed = false
        loseToTask { completed }
        completed = true
        one { v.reset(token) }
        (v in ctx) shouldBe false
    }

    test("a task that lost its context owns it again after it resumes") {
        loseToTask()
        one {
            attach()
            v.set(2)
        }
        two { shouldThrow<ContextContendedException> { v.set(3) } }
        ctx[v] shouldBe 2
    }

    test("a task cannot write while a thread is in its context, and can write afterwards") {
        one { attach() }
        two {
            ctx.enter()
            v.set(2)
        }
        one {
            v.get() shouldBe 2
            shouldThrow<ContextContendedException> { v.set(1) }.message shouldBe
                "cannot change $ctx on thread contended one: it is in use on thread contended two"
        }
        two { ctx.exit() }
        one { v.set(1) }
        ctx[v] shouldBe 1
    }

    test("a thread that has entered a context cannot lose it to tasks") {
        one { ctx.enter() }
        two {
            attach()
            v.set(2)
        }
        one {
            v.set(1)
            ctx.exit()
        }
        ctx[v] shouldBe 1
    }

    test("sequential tasks can all write, even if each thread detaches late") {
        val threads = listOf(one, two)
        var detachPrevious: () -> Unit = {}
        repeat(1_000) { round ->
            val thread = threads[round % 2]
            var completed = false
            val attached = thread { attach { completed }.also { v.set(v.get() + 1) } }
            completed = true
            detachPrevious()
            detachPrevious = { thread { ContextSwap.detach(attached) } }
        }
        detachPrevious()
        ctx[v] shouldBe 1_000
        one { ctx.run { v.get() } } shouldBe 1_000
    }

    mapOf<String, List<Any?>.() -> List<Any?>>(
        "the last first" to { reversed() },
        "the first first" to { this },
        "in any order" to { shuffled(Random(3)) },
    ).forEach { (order, inOrder) ->
        test("tasks nested on one thread can all write if they detach $order") {
            one {
                val tokens = List(8) { attach().also { v.update { it + 1 } } }
                var writes = tokens.size
                tokens.inOrder().forEach { token ->
                    ContextSwap.detach(token)
                    if (ContextSwap.current() != null) v.update { it + 1 }.also { writes++ }
                }
                ctx[v] shouldBe writes
            }
        }
    }

    test("a task can still write on the thread that it has moved from") {
        val lease = ContextLease(ctx) { false }
        one { lease.attach() }
        two { lease.attach() }
        one { v.set(1) }
        two { v.set(2) }
        ctx[v] shouldBe 2
    }
})
