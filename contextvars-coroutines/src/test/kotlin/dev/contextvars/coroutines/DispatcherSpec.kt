// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** The same rules on every dispatcher, whether it dispatches or runs in place. */
@OptIn(ExperimentalCoroutinesApi::class)
class DispatcherSpec : CoroutineSpec({
    mapOf<String, CoroutineDispatcher>(
        "Default" to Dispatchers.Default,
        "IO" to Dispatchers.IO,
        "Unconfined" to Dispatchers.Unconfined,
        "an immediate dispatcher" to ImmediateDispatcher(one),
        "a single thread" to one,
        "limitedParallelism(1)" to Dispatchers.Default.limitedParallelism(1),
        "limitedParallelism(2)" to Dispatchers.IO.limitedParallelism(2),
    ).forEach { (name, dispatcher) ->
        coroutineTest("$name runs withContext in the context itself, from any caller") {
            val ctx = contextOf("alice")
            for (caller in listOf(one, two, Dispatchers.Default)) {
                withContext(caller) {
                    withContext(dispatcher + ctx.asElement()) { shouldRunIn(ctx) { it() } }
                    here().shouldBeNull()
                }
            }
        }

        coroutineTest("$name runs a new coroutine in a copy, from any caller") {
            val ctx = contextOf("alice")
            for (caller in listOf(one, two, Dispatchers.Default)) {
                withContext(caller) {
                    shouldRunInCopyOf(ctx) { block -> launch(dispatcher + ctx.asElement()) { block() }.join() }
                }
            }
        }

        coroutineTest("$name propagates a coroutine's context to every dispatcher and back") {
            val (ctx, other) = contextOf("alice") to contextOf("bob")
            for (caller in listOf(one, two, Dispatchers.Default, dispatcher)) {
                withContext(caller + ctx.asElement()) {
                    shouldRunIn(ctx) { block -> withContext(dispatcher) { block() } }
                    shouldRunInCopyOf(ctx) { block -> async(dispatcher) { block() }.await() }
                    withContext(dispatcher + other.asElement()) { shouldRunIn(other) { it() } }
                    here() shouldBeSameInstanceAs ctx
                }
            }
        }

        coroutineTest("$name isolates coroutines that take turns") {
            withContext(dispatcher) {
                List(20) { n ->
                    async(contextOf("$n").asElement()) {
                        repeat(50) { step ->
                            yield()
                            user.get() shouldBe if (step == 0) "$n" else "$n/${step - 1}"
                            user.set("$n/$step")
                        }
                    }
                }.awaitAll()
            }
        }
    }

    coroutineTest("a coroutine resumed in place runs in its own context, and its resumer in its own") {
        val (waiting, resuming) = contextOf("waiting") to contextOf("resuming")
        val signal = CompletableDeferred<Unit>()
        withContext(one) {
            val waiter = launch(waiting.asSharedElement() + Dispatchers.Unconfined, CoroutineStart.UNDISPATCHED) {
                signal.await()
                here() shouldBeSameInstanceAs waiting
                user.set("resumed")
            }
            withContext(resuming.asElement()) {
                signal.complete(Unit)
                waiting[user] shouldBe "resumed"
                here() shouldBeSameInstanceAs resuming
            }
            waiter.join()
        }
        resuming[user] shouldBe "resuming"
    }

    coroutineTest("a nested event loop runs each coroutine in its own context") {
        val ctx = contextOf("outer")
        runBlocking(ctx.asElement()) {
            val outer = here() shouldBeCopyOf ctx
            val sibling = launch {
                user.get() shouldBe "outer"
                user.set("sibling")
                yield()
                user.get() shouldBe "sibling"
            }
            // Shares the thread's loop: the sibling runs in here, on top of this coroutine.
            runBlocking { sibling.join() }
            here() shouldBeSameInstanceAs outer
            user.get() shouldBe "outer"
        }
    }

    // kotlinx.coroutines has one event loop a thread. A coroutine without an element has no context to enter.
    test("runBlocking without an element may run in the context of another coroutine of its event loop") {
        fun seenIn(element: () -> CoroutineContext): String {
            var seen = ""
            runBlocking {
                launch(contextOf("caller").asElement()) { runBlocking(element()) { seen = user.get() } }
                launch(contextOf("sibling").asElement()) { runBlocking { } } // runs the body above, which is queued
            }
            return seen
        }
        seenIn { EmptyCoroutineContext } shouldBe "sibling"
        seenIn { Context.copyContext().asElement() } shouldBe "caller"
    }
})
