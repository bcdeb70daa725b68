// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextWatchers
import dev.contextvars.testing.TestThread
import dev.contextvars.testing.pollUntil
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.lang.ref.WeakReference
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.coroutines.Continuation
import kotlin.coroutines.resume
import kotlin.coroutines.suspendCoroutine

/** The dispatches of `withContext(ctx)`, their order, and the context of each thread afterwards. */
class WithContextDispatchSpec : CoroutineSpec({
    // ---- dispatches ----

    inContextTest("adds no dispatch to those of its block") { inContext ->
        val counting = CountingDispatcher(one)
        withContext(counting) {
            for (yields in listOf(0, 1, 3)) {
                counting.dispatchesOf { inContext(Context()) { repeat(yields) { yield() } } } shouldBe yields
            }
            // The child's start, and the resumption of the waiting caller.
            counting.dispatchesOf { inContext(Context()) { launch { } } } shouldBe 2
        }
    }

    inContextTest("keeps the order of coroutines in an event loop") { inContext ->
        val steps = mutableListOf<String>()
        runBlocking {
            launch {
                inContext(Context()) {
                    yield()
                    steps += "a in the context"
                }
                steps += "a after it"
            }
            launch {
                steps += "b"
                yield()
                steps += "b after a yield"
            }
        }
        steps shouldBe listOf("b", "a in the context", "a after it", "b after a yield")
    }

    inContextTest("resumes its caller on the caller's thread after its last child") { inContext ->
        withContext(one) {
            val thread = Thread.currentThread()
            inContext(Context()) {
                launch(two) { one.call { } } // until thread one has suspended the block
            }
            Thread.currentThread() shouldBeSameInstanceAs thread
            here().shouldBeNull()
        }
    }

    inContextTest("notifies watchers of each switch once") { inContext ->
        val (outer, inner) = List(2) { Context() }

        fun nameOf(current: Context?) = when {
            current == null -> '-'
            current === outer -> 'o'
            else -> 'i'
        }
        val thread = one.call { Thread.currentThread() }
        val switches = StringBuffer()
        ContextWatchers.add { if (Thread.currentThread() === thread) switches.append(nameOf(it)) }.use {
            withContext(one + outer.asElement()) { inContext(inner) { yield() } }
            one.call { }
        }
        switches.toString() shouldBe "oio-i-o-"
    }

    // ---- what the thread has afterwards ----

    inContextTest("on an immediate dispatcher restores no context for its caller") { inContext ->
        withContext(ImmediateDispatcher(one)) {
            inContext(Context()) { resumedElsewhere() }
            here().shouldBeNull()
            inContext(Context()) { }
            here().shouldBeNull()
        }
    }

    inContextTest("in runBlocking restores the context that the blocked thread has entered") { inContext ->
        val ctx = Context()
        one.call {
            ctx.execute {
                runBlocking {
                    inContext(Context()) { yield() }
                    here() shouldBeSameInstanceAs ctx
                    inContext(Context()) { withContext(CoroutineName("inner")) { delay(1) } }
                    here() shouldBeSameInstanceAs ctx
                    yield()
                    here() shouldBeSameInstanceAs ctx
                }
                here() shouldBeSameInstanceAs ctx
            }
        }
    }

    inContextTest("in runBlocking restores the implicit context of the blocked thread") { inContext ->
        val seen = TestThread("blocked").use { thread ->
            thread { user.set("implicit") }
            thread { runBlocking { inContext(contextOf("alice")) { yield() }.let { user.get() } } }
        }
        seen shouldBe "implicit"
    }

    // kotlinx.coroutines' withContext runs the caller in the block's context here.
    coroutineTest("withContext(ctx) restores the resuming thread's context for an unconfined caller") {
        val ctx = Context()
        val resumer = Context()
        lateinit var continuation: Continuation<Unit>
        val seen = CompletableFuture<Context?>()
        CoroutineScope(Dispatchers.Unconfined).launch(start = CoroutineStart.UNDISPATCHED) {
            withContext(ctx) {
                suspendCoroutine { continuation = it }
                here() shouldBeSameInstanceAs ctx
            }
            seen.complete(here())
        }
        one.call {
            resumer.execute {
                continuation.resume(Unit)
                here() shouldBeSameInstanceAs resumer
            }
        }
        seen.get(30, TimeUnit.SECONDS) shouldBeSameInstanceAs resumer
    }

    // ---- without a dispatcher, nothing is installed on dispatch (kotlinx.coroutines #2930) ----

    InContext.entries.forEach { inContext ->
        test("$inContext without a dispatcher installs the caller's context afterwards") {
            val (outer, ctx) = contextOf("outer") to contextOf("alice")
            one.suspendMain(outer.asSharedElement()) {
                here().shouldBeNull()
                inContext(ctx) {
                    here() shouldBeSameInstanceAs ctx
                    user.set("bob")
                }
                here().shouldBeNull()
                inContext(ctx) {
                    user.get() shouldBe "bob"
                    resumedElsewhere(two.executor)
                    here().shouldBeNull()
                }
                here() shouldBeSameInstanceAs outer
            }
            ctx[user] shouldBe "bob"
        }

        test("$inContext without a dispatcher leaves a caller without an element clean") {
            val ctx = Context()
            one.suspendMain {
                inContext(ctx) {
                    here() shouldBeSameInstanceAs ctx
                    resumedElsewhere(two.executor)
                    withContext(one) { shouldRunIn(ctx) { it() } }
                }
                here().shouldBeNull()
            }
            ctx[user] shouldBe "after the suspension"
        }
    }

    // kotlinx.coroutines' withContext installs all elements of the caller.
    test("withContext(ctx) without a dispatcher installs no other element of its caller") {
        val local = ThreadLocal<String>()
        one.suspendMain(local.asContextElement("caller") + contextOf("outer").asSharedElement()) {
            withContext(Context()) { resumedElsewhere(two.executor) }
            user.get() shouldBe "outer"
            local.get().shouldBeNull()
        }
    }

    // ---- retention ----

    coroutineTest("a context does not retain the contexts around its last withContext(ctx)") {
        val inner = Context()
        for (block in listOf<suspend () -> Unit>({ }, { yield() })) {
            val outer = enterOuterAndThen(inner, block)
            yield() // ends the dispatch, whose stack has both scopes
            val isCollected = pollUntil {
                System.gc()
                outer.get() == null
            }
            isCollected.shouldBeTrue()
        }
        inner.isEmpty.shouldBeTrue()
    }
})

private suspend fun enterOuterAndThen(inner: Context, block: suspend () -> Unit): WeakReference<Context> {
    val outer = Context()
    withContext(outer) { withContext(inner) { block() } }
    return WeakReference(outer)
}
