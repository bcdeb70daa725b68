// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders.load

import dev.contextvars.ContextVar
import dev.contextvars.samples.orders.requestId
import dev.contextvars.samples.orders.tenant
import dev.contextvars.samples.orders.user
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.slf4j.LoggerFactory
import kotlin.random.Random

private val log = LoggerFactory.getLogger("storm")
private val scratch = ContextVar<Long>("scratch", 0)

private val narrow = Dispatchers.IO.limitedParallelism(2)

/**
 * Does all that a coroutine may do to its context, at random, and checks after each step that it sees what it should:
 * the call's tenant, request id and user as the request's headers tell them, and in one more variable what it set itself.
 */
internal class Storm(
    private val request: LoadRequest,
    private val tally: Tally,
    private val random: Random,
    private var mine: Long = 0,
) {
    /** Whom to expect, for which the pipeline may be too early. */
    var tenantExpected: String? = null
    var userExpected: String? = null

    /** One of each: every call sets, suspends, goes to other threads and has a child. */
    suspend fun overture() {
        set()
        suspending("yield") { yield() }
        visit(Dispatchers.IO)
        suspending("children") { children() }
        set()
    }

    suspend fun rage(steps: Int) {
        verify("at the start")
        repeat(steps) { step() }
    }

    private suspend fun step() {
        when (random.nextInt(14)) {
            0, 1 -> suspending("yield") { yield() }
            2 -> suspending("delay") { delay(1) }
            3, 4 -> visit(Dispatchers.IO)
            5 -> visit(Dispatchers.Default)
            6 -> visit(narrow)
            7 -> visit(Dispatchers.Unconfined)
            8, 9 -> suspending("children") { children() }
            10 -> suspending("timeout") { timeout() }
            11 -> suspending("failing child") { failingChild() }
            12 -> suspending("cancelled child") { cancelledChild() }
            else -> log.info("storm of {} for {} by {}", request.id, tenantExpected ?: "-", userExpected ?: "-")
        }
        set()
    }

    private fun set() {
        verify("before a set")
        mine = random.nextLong()
        scratch.set(mine)
        tally.sets.increment()
    }

    private suspend fun suspending(what: String, block: suspend () -> Unit) {
        val before = Thread.currentThread()
        block()
        resumed(before, what)
    }

    private suspend fun visit(dispatcher: CoroutineDispatcher) {
        var thread = Thread.currentThread()
        withContext(dispatcher) {
            resumed(thread, "on $dispatcher")
            suspending("yield on $dispatcher") { yield() }
            set()
            thread = Thread.currentThread()
        }
        resumed(thread, "back from $dispatcher")
    }

    private fun resumed(from: Thread, where: String) {
        tally.suspensions.increment()
        if (Thread.currentThread() !== from) tally.hops.increment()
        verify(where)
    }

    private fun verify(moment: String) {
        val seen = listOf(tenant.get("none"), requestId.get("none"), user.get(), scratch.get())
        val expected = listOf(tenantExpected ?: "none", request.id, userExpected, mine)
        tally.inside.check(seen == expected) { "${request.kind} ${request.id}, $moment: $seen instead of $expected" }
    }

    private suspend fun children() = coroutineScope {
        val storms = List(2) { child() }
        async(Dispatchers.IO) { storms[0].rage(1) }
        launch(start = CoroutineStart.UNDISPATCHED) { storms[1].rage(1) }
        set()
    }

    /** The storm of a child: it begins with what its parent has, and goes its own way. */
    private fun child(): Storm {
        tally.children.increment()
        return Storm(request, tally, Random(random.nextInt()), mine).also {
            it.tenantExpected = tenantExpected
            it.userExpected = userExpected
        }
    }

    private suspend fun timeout() {
        withTimeoutOrNull(1) {
            set()
            awaitCancellation()
        }
        tally.timeouts.increment()
    }

    private suspend fun failingChild() = supervisorScope {
        val child = child()
        val failing = async(Dispatchers.Default) {
            child.rage(1)
            error("a child fails, as it should")
        }
        failing.join()
        tally.failedChildren.increment()
    }

    private suspend fun cancelledChild() = coroutineScope {
        val child = child()
        val waits = CompletableDeferred<Unit>()
        val job = launch(Dispatchers.IO) {
            child.rage(1)
            try {
                waits.complete(Unit)
                awaitCancellation()
            } finally {
                child.set()
            }
        }
        waits.await()
        job.cancelAndJoin()
        tally.cancelledChildren.increment()
    }
}
