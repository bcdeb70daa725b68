// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlin.random.Random

/** Of two that are truly in one context at a time, the one that lost it learns so when it writes, and never otherwise. */
class ContextContentionSpec : FunSpec({
    val one = autoClose(StepThread("ContextContentionSpec one"))
    val two = autoClose(StepThread("ContextContentionSpec two"))
    val v = ContextVar("v", 0)

    afterTest { listOf(one, two).forEach { thread -> thread { clean() } } }

    lateinit var ctx: Context
    lateinit var token: Token<Int>
    lateinit var scope: Bindings.Scope

    /** Lets a task on thread one set the variable, and lose the context to another task on thread two. */
    fun loseToTask(isOver: () -> Boolean = { false }): Any? {
        ctx = Context()
        one {
            ContextLease(ctx) { false }.attach()
            scope = Bindings.of(ContextVar("other"), 0).set()
            token = v.set(1)
        }
        return two { ContextLease(ctx, isOver).attach() }
    }

    listOf<Pair<String, () -> Unit>>(
        "set" to { v.set(2) },
        "update" to { v.update { it + 1 } },
        "reset" to { v.reset(token) },
        "Token.close" to { token.close() },
        "Bindings.set" to { Bindings.of(v, 2).set() },
        "Scope.close" to { scope.close() },
        "get of a default to be computed" to {
            ContextVar
                .builder<Int>("w")
                .defaultSupplier { 1 }
                .build()
                .get()
        },
    ).forEach { (name, writing) ->
        test("$name is refused to a task that lost its context, naming both threads, and changes nothing") {
            loseToTask()
            val before = ctx.asMap()
            one {
                shouldThrow<IllegalStateException> { writing() }
                val refusal = shouldThrow<ContextContendedException> { writing() }
                refusal.message shouldBe "cannot change $ctx on thread ContextContentionSpec one: " +
                    "it is in use on thread ContextContentionSpec two"
                refusal.context shouldBeSameInstanceAs ctx
            }
            ctx.asMap() shouldBe before
            two { v.set(9) }
            ctx[v] shouldBe 9
        }
    }

    test("tryReset says no to a task that lost its context, and the token stays usable") {
        val other = loseToTask()
        one { token.tryReset() } shouldBe false
        ctx[v] shouldBe 1
        two { ContextSwap.detach(other) }
        one { token.tryReset() } shouldBe true
        (v in ctx) shouldBe false
    }

    test("reads stay free for a task that lost its context, and see what the other sets") {
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

    test("a task that lost its context may write again when the other has left") {
        val other = loseToTask()
        two { ContextSwap.detach(other) }
        one {
            v.reset(token)
            scope.close()
        }
        ctx.isEmpty shouldBe true
    }

    test("a task that lost its context may write again when the other has ended, though it has not left") {
        var over = false
        loseToTask { over }
        over = true
        one { v.reset(token) }
        (v in ctx) shouldBe false
    }

    test("a task that lost its context has it again when it resumes, and then the other has lost it") {
        loseToTask()
        one {
            ContextLease(ctx) { false }.attach()
            v.set(2)
        }
        two { shouldThrow<ContextContendedException> { v.set(3) } }
        ctx[v] shouldBe 2
    }

    test("a task is refused while a thread is in its context that took it over, and right again after") {
        ctx = Context()
        one { ContextLease(ctx) { false }.attach() }
        two {
            ctx.enter()
            v.set(2)
        }
        one {
            v.get() shouldBe 2
            shouldThrow<ContextContendedException> { v.set(1) }.message shouldBe
                "cannot change $ctx on thread ContextContentionSpec one: it is in use on thread ContextContentionSpec two"
        }
        two { ctx.exit() }
        one { v.set(1) }
        ctx[v] shouldBe 1
    }

    test("a thread keeps the context it is in, whatever tasks come") {
        ctx = Context()
        one { ctx.enter() }
        two {
            ContextLease(ctx) { false }.attach()
            v.set(2)
        }
        one {
            v.set(1)
            ctx.exit()
        }
        ctx[v] shouldBe 1
    }

    test("tasks that run in one context one after the other never disturb each other, however late threads leave") {
        ctx = Context()
        val threads = listOf(one, two)
        var late: () -> Unit = {}
        repeat(1_000) { round ->
            val thread = threads[round % 2]
            var over = false
            val attached = thread {
                ContextLease(ctx) { over }.attach().also { v.set(v.get() + 1) }
            }
            over = true
            late() // the thread of the round before leaves only now
            late = { thread { ContextSwap.detach(attached) } }
        }
        late()
        ctx[v] shouldBe 1_000
        one { ctx.run { v.get() } } shouldBe 1_000
    }

    test("tasks that take turns in one context on one thread never disturb each other") {
        ctx = Context()
        val leases = List(8) { ContextLease(ctx) { false } }
        one {
            repeat(100) { round ->
                leases.forEach { lease ->
                    val attached = lease.attach()
                    val written = v.update { it + 1 }
                    if (round % 2 == 0) v.reset(written)
                    ContextSwap.detach(attached)
                }
            }
        }
        ctx[v] shouldBe 400
    }

    listOf<Pair<String, List<Any?>.() -> List<Any?>>>(
        "the last first" to { reversed() },
        "the first first" to { this },
        "in any order" to { shuffled(Random(3)) },
    ).forEach { (order, inOrder) ->
        test("tasks that are nested in one context on one thread, and leave it $order, never disturb each other") {
            ctx = Context()
            one {
                val tokens = List(8) { ContextLease(ctx) { false }.attach().also { v.update { it + 1 } } }
                var writes = tokens.size
                tokens.inOrder().forEach { token ->
                    ContextSwap.detach(token)
                    if (ContextSwap.current() != null) v.update { it + 1 }.also { writes++ }
                }
                ctx[v] shouldBe writes
            }
        }
    }

    test("a task does not disturb itself: what it still does on the thread that it has left, it may") {
        ctx = Context()
        val lease = ContextLease(ctx) { false }
        one { lease.attach() }
        two { lease.attach() }
        one { v.set(1) }
        two { v.set(2) }
        ctx[v] shouldBe 2
    }

    test("a task that moves from thread to thread, updated there before it has left here, always writes") {
        ctx = Context()
        val lease = ContextLease(ctx) { false }
        val threads = listOf(one, two)
        var attached = one { lease.attach() }
        repeat(1_000) { hop ->
            val (from, to) = if (hop % 2 == 0) threads else threads.reversed()
            val next = to { lease.attach().also { v.update { it + 1 } } }
            from { ContextSwap.detach(attached) }
            to { v.update { it + 1 } }
            attached = next
        }
        ctx[v] shouldBe 2_000
    }
})
