// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs

class ContextLeaseSpec : FunSpec({
    val one = autoClose(StepThread("ContextLeaseSpec one"))
    val two = autoClose(StepThread("ContextLeaseSpec two"))
    val v = ContextVar("v", 0)

    /** Whether a task is held to be in the context on some thread: then a third thread may not change it. */
    fun Context.isHeld(): Boolean = onNewThread {
        ContextSwap.swap(this)
        runCatching { v.set(-1).close() }.isFailure.also { ContextSwap.swap(null) }
    }

    afterTest {
        listOf(one, two).forEach { thread -> thread { clean() } }
        ThreadCells.dirtyThreads().filter { it.name.startsWith("ContextLeaseSpec") }.shouldBeEmpty()
    }

    context("a task alone") {
        test("attach makes the context itself current, and detach what was before") {
            val (ctx, before) = List(2) { Context() }
            val lease = ContextLease(ctx) { false }
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

        test("attach returns null on a thread with no context but its own, which detach brings back") {
            one {
                v.set(5)
                val token = ContextLease(Context()) { false }.attach()
                token.shouldBeNull()
                v.get() shouldBe 0
                ContextSwap.detach(token)
                v.get()
            } shouldBe 5
        }

        test("a task is in the context from attach to detach") {
            val ctx = Context()
            val lease = ContextLease(ctx) { false }
            ctx.isHeld() shouldBe false
            val token = one { lease.attach() }
            ctx.isHeld() shouldBe true
            one { ContextSwap.detach(token) }
            ctx.isHeld() shouldBe false
        }

        test("a task that goes on elsewhere before it has left keeps the context, when the old thread leaves late") {
            val ctx = Context()
            val lease = ContextLease(ctx) { false }
            val token1 = one { lease.attach() }
            val token2 = two { lease.attach() }
            one { ContextSwap.detach(token1) }
            ctx.isHeld() shouldBe true
            two {
                v.set(1)
                ContextSwap.detach(token2)
            }
            ctx.isHeld() shouldBe false
        }

        test("a task may attach again, nested, on one thread") {
            val ctx = Context()
            val lease = ContextLease(ctx) { false }
            one {
                val outer = lease.attach()
                val inner = lease.attach()
                ContextSwap.detach(inner)
                ThreadCells.current() shouldBeSameInstanceAs ctx
                v.set(1)
                ContextSwap.detach(outer)
            }
            ctx.isHeld() shouldBe false
        }

        test("a token may be restored twice") {
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
            outer.isHeld() shouldBe false
            inner.isHeld() shouldBe false
        }

        test("a token may be restored on another thread, which gets what it stands for") {
            val (outer, inner) = List(2) { Context() }
            val (outerToken, innerToken) = one {
                ContextLease(outer) { false }.attach() to ContextLease(inner) { false }.attach()
            }
            two {
                ContextSwap.detach(innerToken)
                ThreadCells.current() shouldBeSameInstanceAs outer
                ContextSwap.detach(outerToken)
                ThreadCells.current()
            }.shouldBeNull()
        }
    }

    context("a thread that is in the context") {
        listOf("the same thread" to one, "another thread" to two).forEach { (where, thread) ->
            test("attach gets a copy while a thread is in the context, on $where") {
                val ctx = Context()
                val lease = ContextLease(ctx) { false }
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
            val ctx = Context()
            val lease = ContextLease(ctx) { false }
            one { ctx.enter() }
            two { ContextSwap.detach(lease.attach()) }
            val refusal = lease.takeFailure()
            (refusal as ContextEnteredException).context shouldBeSameInstanceAs ctx
            refusal.message shouldBe "cannot enter context: $ctx is already entered"
            lease.takeFailure().shouldBeNull()
            one { ctx.exit() }
        }

        test("a task that was refused stays in its copy, also when the thread has left") {
            val ctx = Context()
            val lease = ContextLease(ctx) { false }
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
                ctx.isHeld() shouldBe false
                ContextSwap.detach(token)
            }
            lease.takeFailure().shouldBeNull()
        }

        test("a task that was in the context, and resumes while a thread is in it, is refused") {
            val ctx = Context()
            val lease = ContextLease(ctx) { false }
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

        test("the copy has everything: the task would have had the context itself") {
            val uninherited = ContextVar.builder<Int>("uninherited").excludeFromCopies().build()
            val copied = ContextVar.builder<Int>("copied").copyWith { error("attach never throws") }.build()
            val ctx = Context()
            one {
                ctx.enter()
                uninherited.set(1)
                copied.set(2)
            }
            two {
                ContextLease(ctx) { false }.attach()
                uninherited.get() shouldBe 1
                copied.get() shouldBe 2
                (uninherited in ContextSwap.current()!!.without(copied)) shouldBe false
            }
            one { ctx.exit() }
        }
    }

    context("a task that is in the context") {
        test("run is refused on its thread, also below other contexts, and right when it has left") {
            val ctx = Context()
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
            test("run is refused to a task that another has taken the context from$after") {
                val ctx = Context()
                one {
                    ContextLease(ctx) { false }.attach()
                    inBetween()
                    ThreadCells.current() shouldBeSameInstanceAs ctx
                }
                two { ContextLease(ctx) { false }.attach() }
                one { shouldThrow<ContextEnteredException> { ctx.run { } } }
            }
        }

        test("run is right while the task is suspended") {
            val ctx = Context()
            val lease = ContextLease(ctx) { false }
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

        test("run is right on the thread of a task that has ended, though it has not left") {
            val ctx = Context()
            var over = false
            one {
                ContextLease(ctx) { over }.attach()
                over = true
                ctx.run { 42 } shouldBe 42
                ThreadCells.current() shouldBeSameInstanceAs ctx
            }
        }

        test("run on another thread takes the context over: a hand-off looks the same") {
            val ctx = Context()
            one { ContextLease(ctx) { false }.attach() }
            two { ctx.run { 42 } } shouldBe 42
        }

        test("run throws on the thread that a task moved to, inside another run, after the old thread has detached") {
            val ctx = Context()
            val lease = ContextLease(ctx) { false }
            val first = one { lease.attach() }
            two { lease.attach() }
            one { ContextSwap.detach(first) }
            two { Context().execute { shouldThrow<ContextEnteredException> { ctx.run { } } } }
        }

        test("a task that lost the context cannot write after the owner has moved and its old thread has detached") {
            val ctx = Context()
            val lease = ContextLease(ctx) { false }
            one { ContextLease(ctx) { false }.attach() }
            StepThread("ContextLeaseSpec three").use { three ->
                val first = three { lease.attach() }
                two { lease.attach() }
                three { ContextSwap.detach(first) }
            }
            one { shouldThrow<ContextContendedException> { v.set(1) } }
        }

        test("run throws inside a nested lease, whatever is current and on whatever thread it runs") {
            val ctx = Context()
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

    context("a lease that is closed") {
        test("close frees the context for other tasks and threads, although the thread has not detached") {
            val ctx = Context()
            val lease = ContextLease(ctx) { false }
            one { lease.attach() }
            ctx.isHeld() shouldBe true
            repeat(2) { lease.close() }
            ctx.isHeld() shouldBe false
            one { ctx.run { 42 } } shouldBe 42
        }

        test("attach after close installs a copy") {
            val ctx = Context()
            val lease = ContextLease(ctx) { false }
            lease.close()
            one {
                lease.attach()
                v.set(1)
                ThreadCells.current() shouldNotBeSameInstanceAs ctx
            }
            ctx.isEmpty shouldBe true
            lease.takeFailure().shouldBeNull()
        }

        test("detachEarly detaches the innermost lease, and the detach that follows changes nothing") {
            val (outer, inner) = List(2) { Context() }
            one {
                val outerToken = ContextLease(outer) { false }.attach()
                val lease = ContextLease(inner) { false }
                val innerToken = lease.attach()
                lease.detachEarly() shouldBe true
                ThreadCells.current() shouldBeSameInstanceAs outer
                lease.detachEarly() shouldBe false
                ContextSwap.detach(innerToken)
                ThreadCells.current() shouldBeSameInstanceAs outer
                ContextSwap.detach(outerToken)
                ThreadCells.current()
            }.shouldBeNull()
        }
    }
})
