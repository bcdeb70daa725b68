// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.stress

import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.withContext
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.launch
import kotlinx.coroutines.slf4j.MDCContext
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.slf4j.MDC
import kotlin.random.Random
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Random nestings of this library's `withContext(ctx)` with kotlinx.coroutines' `withContext`, `flowOn` and MDCContext.
 *
 * `-Dcontextvars.stress.seconds=N` sets the duration; `-Dcontextvars.stress.seed=N` is as in [StressSpec].
 */
class WithContextStressSpec : FunSpec({
    val rounds = RandomRounds(autoClose(Pools()))

    test("random nestings of scopes keep every value in its context").config(timeout = rounds.limit) {
        MDC.get("") // SLF4J replaces its adapter during the first call
        rounds.run("nested scopes", { it.pool() }) { number -> inNewContext(number % 2 == 0) }
    }
})

/**
 * The values of other elements, checked after a dispatch: kotlinx.coroutines 1.11 restores some too late (#4754).
 * Without an element, a thread may have any value.
 */
private data class Others(val request: String? = null, val number: Int? = null) {
    fun check(tally: Tally) {
        if (request != null && MDC.get("request") != request) tally.faults += "the MDC has ${MDC.get("request")}"
        if (number != null && local.get() != number) tally.faults += "the ThreadLocal has ${local.get()}"
    }

    companion object {
        val local = ThreadLocal<Int>()
    }
}

private enum class Nesting {
    OURS,
    OURS_THAT_FAILS,
    OURS_THAT_TIMES_OUT,
    OURS_THAT_IS_CANCELLED,
    ELEMENT,
    ELEMENT_AND_DISPATCHER,
    DISPATCHER,
    UNCONFINED,
    NAME,
    MDC_CONTEXT,
    THREAD_LOCAL,
    SCOPE,
    CHILD,
    UNDISPATCHED_CHILD,
    FLOW_ON_NAME,
    FLOW_ON_DISPATCHER,
}

private class OnPurpose : RuntimeException()

/** Runs the storm in an empty context, in a coroutine without an element. */
private suspend fun Round.inNewContext(byElement: Boolean) {
    val context = tally.newContext()
    val inner = inContext(context)
    if (byElement) {
        withContext(context.asElement()) { inner.storm(4, Others()) }
    } else {
        withContext(context) { inner.storm(4, Others()) }
    }
    ThreadCells.current()?.let { tally.faults += "after all scopes: in $it instead of none" }
}

private suspend fun Round.storm(depth: Int, others: Others) {
    repeat(random.nextInt(1, 4)) {
        change("before a scope")
        if (depth > 0) nest(Nesting.entries.random(random), depth - 1, others)
        change("after a scope")
        when (random.nextInt(3)) {
            0 -> resumedByForeignThread()
            1 -> yield().also { others.check(tally) }
        }
        change("after a suspension")
    }
}

private suspend fun Round.nest(nesting: Nesting, depth: Int, others: Others) {
    when (nesting) {
        Nesting.OURS -> {
            val context = tally.newContext()
            withContext(context) { inContext(context).storm(depth, others) }
        }

        Nesting.OURS_THAT_FAILS -> {
            fail(depth, others)
        }

        Nesting.OURS_THAT_TIMES_OUT -> {
            withTimeoutOrNull(random.nextInt(1_000).microseconds) { nest(Nesting.OURS, depth, others) }
        }

        Nesting.OURS_THAT_IS_CANCELLED -> {
            val child = copy()
            coroutineScope {
                val job = launch(pool()) { child.nest(Nesting.OURS, depth, others) }
                yield()
                job.cancelAndJoin()
            }
        }

        Nesting.ELEMENT -> {
            val context = tally.newContext()
            withContext(context.asElement()) { inContext(context).storm(depth, others) }
        }

        Nesting.ELEMENT_AND_DISPATCHER -> {
            val context = tally.newContext()
            withContext(context.asElement() + pool()) { inContext(context).storm(depth, others) }
        }

        Nesting.DISPATCHER -> {
            withContext(pool()) { storm(depth, others) }
        }

        Nesting.UNCONFINED -> {
            withContext(Dispatchers.Unconfined) {
                resumedByForeignThread()
                storm(depth, others)
            }
        }

        Nesting.NAME -> {
            withContext(CoroutineName("inner")) { storm(depth, others) }
        }

        Nesting.MDC_CONTEXT -> {
            val request = random.nextInt().toString()
            withContext(MDCContext(mapOf("request" to request))) { storm(depth, others.copy(request = request)) }
        }

        Nesting.THREAD_LOCAL -> {
            val number = random.nextInt()
            withContext(Others.local.asContextElement(number)) { storm(depth, others.copy(number = number)) }
        }

        Nesting.SCOPE -> {
            coroutineScope { storm(depth, others) }
        }

        Nesting.CHILD -> {
            startChild(CoroutineStart.DEFAULT, depth, others)
        }

        Nesting.UNDISPATCHED_CHILD -> {
            startChild(CoroutineStart.UNDISPATCHED, depth, others)
        }

        // On the collector's dispatcher, flowOn runs the flow in the collector's coroutine.
        Nesting.FLOW_ON_NAME -> {
            flow {
                storm(depth, others)
                emit(Unit)
                storm(0, others)
            }.flowOn(CoroutineName("flow")).collect { storm(0, others) }
        }

        Nesting.FLOW_ON_DISPATCHER -> {
            val upstream = copy()
            flow {
                upstream.storm(depth, others)
                emit(Unit)
            }.flowOn(pool()).buffer(1).collect { storm(0, others) }
        }
    }
}

private suspend fun Round.fail(depth: Int, others: Others) {
    val context = tally.newContext()
    try {
        withContext<Unit>(context) {
            inContext(context).storm(depth, others)
            throw OnPurpose()
        }
    } catch (_: OnPurpose) {
        change("after a failure")
        return
    }
    tally.faults += "a scope did not fail"
}

private suspend fun Round.startChild(start: CoroutineStart, depth: Int, others: Others) {
    val child = copy()
    coroutineScope {
        launch(pool(), start) { child.storm(depth, others) }
        storm(0, others)
    }
}
