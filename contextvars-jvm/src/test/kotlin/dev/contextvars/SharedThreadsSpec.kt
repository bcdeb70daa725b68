// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.TestThread
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking

class SharedThreadsSpec : FunSpec({
    val v = ContextVar("v", 0)

    // The predicates match threads by names that no other thread has.
    val callers = mutableListOf<Thread>()
    val shared = autoClose(TestThread("SharedThreadsSpec shared"))
    beforeSpec {
        SharedThreads.add { thread -> (thread.name == shared.name).also { if (it) callers += Thread.currentThread() } }
        SharedThreads.add { thread -> thread.name == "SharedThreadsSpec failing" && error("predicate") }
    }

    listOf<Pair<String, () -> Unit>>(
        "set" to { v.set(1) },
        "update" to { v.update { it + 1 } },
        "Bindings.set" to { Bindings.of(v, 1).and(ContextVar("other"), 2).set() },
    ).forEach { (name, setting) ->
        test("$name without a context throws on a shared thread and creates no context") {
            shared {
                shouldThrow<IllegalStateException> { setting() }
                shouldThrow<ContextRequiredException> { setting() }.variable shouldBeSameInstanceAs v
                ThreadCells.current()
            }.shouldBeNull()
        }
    }

    test("set succeeds on a shared thread in a context that was entered or swapped in") {
        shared {
            val ctx = Context()
            ctx.execute { v.set(1) }
            ContextSwap.swap(ctx)
            v.set(2)
            ContextSwap.swap(null)
            ctx[v]
        } shouldBe 2
    }

    test("get succeeds on a shared thread without a context") {
        shared { v.get() } shouldBe 0
    }

    test("a predicate is called only by a set without a context, on the same thread") {
        callers.clear()
        val thread = shared { Thread.currentThread() }
        shared {
            v.get()
            Context().execute { v.set(1) }
        }
        callers shouldContainExactly emptyList()
        shouldThrow<ContextRequiredException> { shared { v.set(1) } }
        callers shouldContainExactly listOf(thread)
    }

    test("an exception of a predicate propagates from set, and nothing is set") {
        TestThread("SharedThreadsSpec failing").use { thread ->
            shouldThrow<IllegalStateException> { thread { v.set(1) } }.message shouldBe "predicate"
            thread { ThreadCells.current() }.shouldBeNull()
        }
    }

    test("the workers of kotlinx.coroutines are shared threads by default") {
        shouldThrow<ContextRequiredException> { runBlocking(Dispatchers.Default) { v.set(1) } }
    }

    test("isSetRejected returns whether a set would throw and creates no context") {
        shared { SharedThreads.isSetRejected() to ThreadCells.current() } shouldBe (true to null)
        shared { Context().run { SharedThreads.isSetRejected() } } shouldBe false
        onNewThread { SharedThreads.isSetRejected() to ThreadCells.current() } shouldBe (false to null)
    }

    test("closing the handle removes the predicate") {
        TestThread("SharedThreadsSpec removed").use { thread ->
            val registration = SharedThreads.add { it.name == "SharedThreadsSpec removed" }
            shouldThrow<ContextRequiredException> { thread { v.set(1) } }
            repeat(2) { registration.close() }
            thread { v.set(1).getOldValue() } shouldBe Token.MISSING
        }
    }
})
