// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.stress

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.asSharedElement
import io.kotest.core.spec.style.FunSpec
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.ObsoleteCoroutinesApi
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.actor
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import kotlin.coroutines.resume
import kotlin.time.Duration.Companion.milliseconds

/**
 * Repeats one kind of suspension in eight coroutines, and compares their values with a model.
 *
 * `-Dcontextvars.stress.seconds=N` sets the duration of each case; `-Dcontextvars.stress.seed=N` is as in [StressSpec].
 */
@OptIn(ExperimentalCoroutinesApi::class, ObsoleteCoroutinesApi::class)
class StressCasesSpec : FunSpec({
    val rounds = RandomRounds(autoClose(Pools()))

    fun stress(name: String, round: suspend Round.() -> Unit) =
        test("$name keep every value in its context").config(timeout = rounds.limit) {
            rounds.run(name, { Dispatchers.Default + Context().asElement() }) { round() }
        }

    stress("undispatched starts") {
        val child = copy()
        coroutineScope {
            launch(pool(), CoroutineStart.UNDISPATCHED) {
                child.change("before the child's first suspension")
                yield()
                child.change("after the child's first suspension")
            }
            change("beside the child")
        }
        change("after the child")
    }

    stress("cancellations that race with a resumption") {
        val child = copy()
        val suspended = CompletableDeferred<CancellableContinuation<Unit>>()
        coroutineScope {
            val job = launch(pool()) {
                child.change("before the suspension")
                try {
                    suspendCancellableCoroutine { suspended.complete(it) }
                } finally {
                    child.change("after the resumption or cancellation")
                }
            }
            val continuation = suspended.await()
            change("before the cancellation")
            launch(pool()) { continuation.resume(Unit) }
            job.cancel()
        }
        change("after the cancellation")
    }

    stress("time-outs that race with a resumption") {
        withTimeoutOrNull(1.milliseconds) {
            change("in the time-out")
            withContext(pool()) {
                delay(1.milliseconds)
                change("after the delay")
            }
        }
        change("after the time-out")
    }

    stress("nested runBlocking calls") {
        runBlocking {
            // Without an element: the context of the coroutine that blocks.
            change("in runBlocking")
            yield()
            change("after a yield in runBlocking")
        }
        val context = tally.newContext()
        val inner = inContext(context)
        runBlocking(context.asSharedElement()) {
            inner.change("in runBlocking with an element")
            withContext(Dispatchers.IO) { inner.change("on another dispatcher in runBlocking") }
            inner.change("after another dispatcher in runBlocking")
        }
        change("after runBlocking")
    }

    stress("selects") {
        val (left, right) = List(2) { Channel<Unit>() }
        coroutineScope {
            for ((channel, child) in listOf(left to copy(), right to copy())) {
                launch(pool()) {
                    child.change("before send")
                    channel.send(Unit)
                    child.change("after send")
                }
            }
            repeat(2) {
                select {
                    left.onReceive { change("in select") }
                    right.onReceive { change("in select") }
                }
                change("after select")
            }
        }
    }

    stress("actors and their channels") {
        val child = copy()
        coroutineScope {
            val actor = actor<CompletableDeferred<Unit>>(pool()) {
                for (request in channel) {
                    child.change("in the actor")
                    request.complete(Unit)
                }
            }
            repeat(3) {
                val reply = CompletableDeferred<Unit>()
                actor.send(reply)
                change("after send")
                reply.await()
                change("after the reply")
            }
            actor.close()
        }
    }

    val mutex = Mutex()
    stress("hand-offs of a Mutex") {
        withContext(pool()) {
            mutex.withLock {
                change("with the lock")
                yield()
                change("with the lock, after a yield")
            }
        }
        change("without the lock")
    }

    val one = Dispatchers.Default.limitedParallelism(1)
    stress("coroutines in one context on limitedParallelism(1)") {
        val context = tally.newContext()
        val counter = Model.variables.random(random)
        withContext(one) {
            change("before the coroutines")
            coroutineScope {
                repeat(2) {
                    launch(context.asSharedElement()) {
                        repeat(3) {
                            counter.set(counter.get(0) + 1)
                            yield()
                        }
                    }
                }
            }
            change("after the coroutines")
        }
        if (context[counter] != 6) tally.faults += "the coroutines have counted to ${context[counter]} instead of 6"
    }

    stress("unconfined coroutines") {
        val child = copy()
        coroutineScope {
            launch(Dispatchers.Unconfined) {
                child.change("in an unconfined child")
                resumedByForeignThread()
                child.change("in an unconfined child, on a foreign thread")
                withContext(pool()) { child.change("in an unconfined child, on a dispatcher") }
            }
            change("beside an unconfined child")
        }
        withContext(Dispatchers.Unconfined) {
            resumedByForeignThread()
            change("unconfined, on a foreign thread")
        }
        change("after Unconfined")
    }

    stress("storms of yields") {
        repeat(20) {
            yield()
            change("after a yield")
        }
    }

    stress("flows on an element and a dispatcher") {
        val context = tally.newContext()
        val upstream = inContext(null)
        flow {
            repeat(3) {
                upstream.change("in the flow")
                yield()
                upstream.change("in the flow, after a yield")
                emit(it)
            }
        }.flowOn(context.asElement() + Dispatchers.IO).collect {
            change("in the collector")
            yield()
        }
        change("after the flow")
        if (!context.isEmpty()) tally.faults += "the flow has changed the context, and not its copy"
    }
})
