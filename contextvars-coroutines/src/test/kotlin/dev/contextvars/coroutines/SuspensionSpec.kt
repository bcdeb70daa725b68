// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.io.IOException
import java.util.concurrent.CompletableFuture

/** A coroutine resumes in its context and keeps its values after every kind of suspension. */
class SuspensionSpec : CoroutineSpec({
    // Both sides share a thread: while the other side runs, the coroutine is suspended.
    suspend fun shouldSurvive(
        wait: suspend CoroutineScope.() -> Unit,
        otherSide: suspend CoroutineScope.() -> Unit = {},
    ) {
        val ctx = contextOf("caller")
        withContext(one) {
            val waiting = launch(ctx.asSharedElement(), start = CoroutineStart.UNDISPATCHED) {
                repeat(3) { round ->
                    user.set("$round")
                    wait()
                    here() shouldBeSameInstanceAs ctx
                    user.get() shouldBe "$round"
                }
            }
            repeat(3) {
                here().shouldBeNull()
                otherSide()
                yield()
                here().shouldBeNull()
            }
            waiting.join()
        }
        ctx[user] shouldBe "2"
    }

    mapOf<String, suspend CoroutineScope.() -> Unit>(
        "yield" to { yield() },
        "delay" to { delay(1) },
        "a continuation that a foreign thread resumes" to { resumedElsewhere() },
        "await of a future" to { CompletableFuture.supplyAsync({ 1 }, two.executor).await() },
        "await of a completed future" to {
            CompletableFuture.completedFuture(1).await()
            yield()
        },
        "await of a future that fails" to {
            val failing = CompletableFuture<Int>()
            launch(two) { failing.completeExceptionally(IOException("no")) }
            shouldThrow<IOException> { failing.await() }
        },
    ).forEach { (suspension, wait) ->
        coroutineTest("$suspension keeps the context") { shouldSurvive(wait) }
    }

    coroutineTest("Mutex.lock keeps the context") {
        val mutex = Mutex(locked = true)
        shouldSurvive({ mutex.lock() }, { mutex.unlock() })
    }

    coroutineTest("a channel keeps the contexts of receiver and sender") {
        val channel = Channel<Unit>()
        shouldSurvive({ channel.receive() }, { channel.send(Unit) })
        shouldSurvive({ channel.send(Unit) }, { channel.receive() })
    }

    coroutineTest("select keeps the context in every clause") {
        val (left, right) = Channel<Unit>() to Channel<Unit>()
        var rounds = 0
        shouldSurvive(
            {
                val inside = here()
                select {
                    left.onReceive { here() shouldBeSameInstanceAs inside }
                    right.onReceive { here() shouldBeSameInstanceAs inside }
                }
            },
            { if (rounds++ % 2 == 0) left.send(Unit) else right.send(Unit) },
        )
    }

    contextTest("a suspension that resumes at once keeps the context") { ctx ->
        suspendCancellableCoroutine { it.resumeWith(Result.success(Unit)) }
        CompletableDeferred(1).await()
        here() shouldBeSameInstanceAs ctx
    }

    coroutineTest("a completion handler runs in the context of the completing coroutine") {
        val ctx = contextOf("alice")
        val (gate, seen) = CompletableDeferred<Unit>() to CompletableDeferred<Context?>()
        withContext(one + contextOf("registering").asElement()) {
            val job = launch(ctx.asSharedElement() + two) { gate.await() }
            job.invokeOnCompletion { seen.complete(here()) }
            gate.complete(Unit)
            seen.await() shouldBeSameInstanceAs ctx
        }
    }

    coroutineTest("a cancellation handler runs in the context of the cancelling code") {
        val ctx = contextOf("alice")
        val canceller = contextOf("canceller")
        val seen = CompletableDeferred<Context?>()
        withContext(one) {
            val job = launch(ctx.asSharedElement()) {
                suspendCancellableCoroutine<Unit> { it.invokeOnCancellation { seen.complete(here()) } }
            }
            yield()
            withContext(two + canceller.asElement()) { job.cancel() }
            job.join()
        }
        seen.await() shouldBeSameInstanceAs canceller
    }
})
