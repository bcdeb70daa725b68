// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.TestThread
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs

class ContextLeaseSpec : FunSpec({
    val one = autoClose(TestThread("ContextLeaseSpec one"))
    val two = autoClose(TestThread("ContextLeaseSpec two"))
    val v = ContextVar("v", 0)

    lateinit var ctx: Context
    lateinit var lease: ContextLease

    beforeTest {
        ctx = Context()
        lease = ContextLease(ctx) { false }
    }

    /** Returns whether a task owns this context: then a third thread cannot write. */
    fun Context.isOwned(): Boolean = onNewThread {
        ContextSwap.swap(this)
        runCatching { v.set(-1).close() }.isFailure.also { ContextSwap.swap(null) }
    }

    afterTest {
        listOf(one, two).forEach { thread -> thread { clean() } }
        ThreadCells.dirtyThreads().filter { it.name.startsWith("ContextLeaseSpec") }.shouldBeEmpty()
    }

    context("without another thread in the context") {
        test("attach makes the context current, and detach restores the previous one") {
            val before = Context()
            one {
                ContextSwap.swap(before)
                val token = lease.attach()
                ThreadCells.current() shouldBeSameInstanceAs ctx
                v.set(1)
                ContextSwap.detach(token)
                ThreadCells.current() shouldBeSameInstanceAs before
            }
            ctx[v] shouldBe 1
            lease.takeFailure().shouldBeNull()
        }

        test("a task owns the context from attach to detach") {
            ctx.isOwned() shouldBe false
            val token = one { lease.attach() }
            ctx.isOwned() shouldBe true
            one { ContextSwap.detach(token) }
            ctx.isOwned() shouldBe false
        }

        test("a task that moved keeps the context when the old thread detaches late") {
            val token1 = one { lease.attach() }
            val token2 = two { lease.attach() }
            one { ContextSwap.detach(token1) }
            ctx.isOwned() shouldBe true
            two {
                v.set(1)
                ContextSwap.detach(token2)
            }
            ctx.isOwned() shouldBe false
        }

        test("a task below another attachment of its thread owns the context") {
            val token = one { lease.attach() }
            val inner = one { ContextSwap.attach(Context()) }
            ctx.isOwned() shouldBe true
            one { shouldThrow<ContextEnteredException> { ctx.run { } } }
            one { ContextSwap.detach(inner) }
            ctx.isOwned() shouldBe true
            one { ContextSwap.detach(token) }
            ctx.isOwned() shouldBe false
        }

        test("a task can attach twice on one thread") {
            one {
                val outer = lease.attach()
                val inner = lease.attach()
                ContextSwap.detach(inner)
                ThreadCells.current() shouldBeSameInstanceAs ctx
                v.set(1)
                ContextSwap.detach(outer)
            }
            ctx.isOwned() shouldBe false
        }

        test("a token can be detached twice") {
            val (outer, inner) = List(2) { Context() }
            one {
                val outerToken = ContextLease(outer) { false }.attach()
                val innerToken = ContextLease(inner) { false }.attach()
                repeat(2) {
                    ContextSwap.detach(innerToken)
                    ThreadCells.current() shouldBeSameInstanceAs outer
                    v.set(1)
                }
                repeat(2) {
                    ContextSwap.detach(outerToken)
                    ThreadCells.current().shouldBeNull()
                }
            }
            outer.isOwned() shouldBe false
            inner.isOwned() shouldBe false
        }
    }

    context("while a thread is in the context") {
        listOf("the same thread" to one, "another thread" to two).forEach { (where, thread) ->
            test("attach on $where installs a copy") {
                one {
                    ctx.enter()
                    v.set(1)
                }
                thread {
                    val token = lease.attach()
                    ThreadCells.current() shouldNotBeSameInstanceAs ctx
                    v.get() shouldBe 1
                    v.set(2)
                    ContextSwap.detach(token)
                }
                one {
                    v.get() shouldBe 1
                    ctx.exit()
                }
                ctx[v] shouldBe 1
            }
        }

        test("takeFailure returns the exception of a rejected attach once") {
            one { ctx.enter() }
            two { ContextSwap.detach(lease.attach()) }
            val failure = lease.takeFailure() as ContextEnteredException
            failure.context shouldBeSameInstanceAs ctx
            failure.message shouldBe "cannot enter context: $ctx is already entered"
            lease.takeFailure().shouldBeNull()
            one { ctx.exit() }
        }

        test("a rejected task keeps its copy after the thread has exited") {
            one { ctx.enter() }
            two {
                val token = lease.attach()
                v.set(1)
                ContextSwap.detach(token)
            }
            one { ctx.exit() }
            lease.takeFailure()
            one {
                val token = lease.attach()
                v.get() shouldBe 1
                ctx.run { v.get() } shouldBe 0
                ctx.isOwned() shouldBe false
                ContextSwap.detach(token)
            }
            lease.takeFailure().shouldBeNull()
        }

        test("a task that resumes while a thread is in its context is rejected") {
            one { ContextSwap.detach(lease.attach()) }
            lease.takeFailure().shouldBeNull()
            one { ctx.enter() }
            two {
                lease.attach()
                ThreadCells.current() shouldNotBeSameInstanceAs ctx
            }
            (lease.takeFailure() is ContextEnteredException) shouldBe true
            one { ctx.exit() }
        }

        test("the copy keeps all values and applies no copy policy") {
            val excluded = ContextVar.builder<Int>("excluded").excludeFromCopies().build()
            val copied = ContextVar.builder<Int>("copied").copyWith { error("attach never throws") }.build()
            one {
                ctx.enter()
                excluded.set(1)
                copied.set(2)
            }
            two {
                ContextLease(ctx) { false }.attach()
                excluded.get() shouldBe 1
                copied.get() shouldBe 2
                (excluded in ContextSwap.current()!!.without(copied)) shouldBe false
            }
            one { ctx.exit() }
        }
    }

    context("while a task is in the context") {
        test("run throws on the task's thread, even inside other contexts, until it detaches") {
            one {
                val token = ContextLease(ctx) { false }.attach()
                shouldThrow<ContextEnteredException> { ctx.run { } }
                Context().execute { shouldThrow<ContextEnteredException> { ctx.run { } } }
                val inner = ContextSwap.attach(Context())
                shouldThrow<ContextEnteredException> { ctx.run { } }
                ContextSwap.detach(inner)
                ThreadCells.current() shouldBeSameInstanceAs ctx
                v.set(1)
                ContextSwap.detach(token)
                ctx.run { v.get() }
            } shouldBe 1
        }

        listOf<Pair<String, () -> Unit>>(
            "" to { },
            ", after a run in another context" to { Context().execute { } },
            ", after a swap to another context" to { ContextSwap.detach(ContextSwap.attach(Context())) },
            ", after another task" to { ContextSwap.detach(ContextLease(Context()) { false }.attach()) },
        ).forEach { (after, inBetween) ->
            test("run throws in a task that lost the context$after") {
                one {
                    ContextLease(ctx) { false }.attach()
                    inBetween()
                    ThreadCells.current() shouldBeSameInstanceAs ctx
                }
                two { ContextLease(ctx) { false }.attach() }
                one { shouldThrow<ContextEnteredException> { ctx.run { } } }
            }
        }

        test("run succeeds while the task is suspended") {
            one {
                val token = lease.attach()
                v.set(1)
                ContextSwap.detach(token)
                ctx.run { v.get() } shouldBe 1
                lease.attach()
                v.get() shouldBe 1
            }
            lease.takeFailure().shouldBeNull()
        }

        test("run succeeds on the thread of a completed task that has not detached") {
            var completed = false
            one {
                ContextLease(ctx) { completed }.attach()
                completed = true
                ctx.run { 42 } shouldBe 42
                ThreadCells.current() shouldBeSameInstanceAs ctx
            }
        }

        test("run on another thread takes over the context") {
            one { ContextLease(ctx) { false }.attach() }
            two { ctx.run { 42 } } shouldBe 42
        }

        test("run throws inside another run on the thread that the task moved to") {
            val first = one { lease.attach() }
            two { lease.attach() }
            one { ContextSwap.detach(first) }
            two { Context().execute { shouldThrow<ContextEnteredException> { ctx.run { } } } }
        }

        test("a task that lost the context cannot write after the owner has moved") {
            one { ContextLease(ctx) { false }.attach() }
            TestThread("ContextLeaseSpec three").use { three ->
                val first = three { lease.attach() }
                two { lease.attach() }
                three { ContextSwap.detach(first) }
            }
            one { shouldThrow<ContextContendedException> { v.set(1) } }
        }

        test("run throws inside a nested lease, on any thread and in any context") {
            val outer = ContextLease(ctx) { false }
            val inner = ContextLease(Context(), { false }, outer)
            one {
                val token = outer.attach()
                ContextSwap.detach(token)
            }
            two {
                inner.attach()
                shouldThrow<ContextEnteredException> { ctx.run { } }
                Context().execute { shouldThrow<ContextEnteredException> { ctx.run { } } }
            }
        }
    }

    context("close and detachEarly") {
        test("close frees the context although the thread has not detached") {
            one { lease.attach() }
            ctx.isOwned() shouldBe true
            repeat(2) { lease.close() }
            ctx.isOwned() shouldBe false
            one { ctx.run { 42 } } shouldBe 42
        }

        test("attach after close installs a copy") {
            lease.close()
            one {
                lease.attach()
                v.set(1)
                ThreadCells.current() shouldNotBeSameInstanceAs ctx
            }
            ctx.isEmpty shouldBe true
            lease.takeFailure().shouldBeNull()
        }

        test("detachEarly detaches the innermost lease, and a later detach changes nothing") {
            val (outer, inner) = List(2) { Context() }
            one {
                val outerToken = ContextLease(outer) { false }.attach()
                val innerLease = ContextLease(inner) { false }
                val innerToken = innerLease.attach()
                innerLease.detachEarly() shouldBe true
                ThreadCells.current() shouldBeSameInstanceAs outer
                innerLease.detachEarly() shouldBe false
                ContextSwap.detach(innerToken)
                ThreadCells.current() shouldBeSameInstanceAs outer
                ContextSwap.detach(outerToken)
                ThreadCells.current()
            }.shouldBeNull()
        }
    }
})
