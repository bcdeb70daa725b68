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

private val log = LoggerFactory.getLogger("scenario")
private val scratch = ContextVar<Long>("scratch", 0)

private val narrow = Dispatchers.IO.limitedParallelism(2)

/**
 * Runs random operations of a coroutine, which set variables, suspend or create children. Each operation is followed by
 * a check: the tenant, the request id and the user must be those of the request, and `scratch` must have the value that
 * this scenario set last.
 */
internal class LoadScenario(
    private val request: LoadRequest,
    private val results: LoadResults,
    private val random: Random,
    private var mine: Long = 0,
) {
    /** The expected values, which are null until the pipeline has set them. */
    var tenantExpected: String? = null
    var userExpected: String? = null

    /** Runs the steps of every call: sets, suspensions, thread hops and children. */
    suspend fun runFirstSteps() {
        set()
        suspending("yield") { yield() }
        visit(Dispatchers.IO)
        suspending("children") { children() }
        set()
    }

    suspend fun run(steps: Int) {
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
            else -> log.info("scenario of {} for {} by {}", request.id, tenantExpected ?: "-", userExpected ?: "-")
        }
        set()
    }

    private fun set() {
        verify("before a set")
        mine = random.nextLong()
        scratch.set(mine)
        results.sets.increment()
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
        results.suspensions.increment()
        if (Thread.currentThread() !== from) results.hops.increment()
        verify(where)
    }

    private fun verify(moment: String) {
        val seen = listOf(tenant.get("none"), requestId.get("none"), user.get(), scratch.get())
        val expected = listOf(tenantExpected ?: "none", request.id, userExpected, mine)
        results.inside.check(seen == expected) { "${request.kind} ${request.id}, $moment: $seen instead of $expected" }
    }

    private suspend fun children() = coroutineScope {
        val scenarios = List(2) { child() }
        async(Dispatchers.IO) { scenarios[0].run(1) }
        launch(start = CoroutineStart.UNDISPATCHED) { scenarios[1].run(1) }
        set()
    }

    /** Returns the scenario of a child, which starts with the values of its parent and is then independent. */
    private fun child(): LoadScenario {
        results.children.increment()
        return LoadScenario(request, results, Random(random.nextInt()), mine).also {
            it.tenantExpected = tenantExpected
            it.userExpected = userExpected
        }
    }

    private suspend fun timeout() {
        withTimeoutOrNull(1) {
            set()
            awaitCancellation()
        }
        results.timeouts.increment()
    }

    private suspend fun failingChild() = supervisorScope {
        val child = child()
        val failing = async(Dispatchers.Default) {
            child.run(1)
            error("this child fails on purpose")
        }
        failing.join()
        results.failedChildren.increment()
    }

    private suspend fun cancelledChild() = coroutineScope {
        val child = child()
        val waits = CompletableDeferred<Unit>()
        val job = launch(Dispatchers.IO) {
            child.run(1)
            try {
                waits.complete(Unit)
                awaitCancellation()
            } finally {
                child.set()
            }
        }
        waits.await()
        job.cancelAndJoin()
        results.cancelledChildren.increment()
    }
}
