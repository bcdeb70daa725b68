// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.stress

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.asSharedElement
import dev.contextvars.coroutines.withContext
import dev.contextvars.coroutines.withValue
import dev.contextvars.testing.ThreadCells
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.slf4j.MDCContext
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.slf4j.MDC
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlin.random.Random
import kotlin.time.Duration.Companion.microseconds

/** A seeded random program of one coroutine, which compares its values with a model at each operation. */
internal class Program(
    private val random: Random,
    private val pools: Pools,
    private val tally: Tally,
) {
    /** Performs random operations, and nested ones, in the model's context. */
    suspend fun run(steps: Int, depth: Int, model: Model) {
        repeat(steps) {
            val (name, perform) = (if (depth == 0) leaves else leaves + nests).random(random)
            model.check("before $name", tally)
            perform(depth, model)
            tally.operations.incrementAndGet()
            model.check("after $name", tally)
        }
    }

    /** Performs random operations in an empty context, in a coroutine without an element. */
    suspend fun runInNewContext(depth: Int) {
        newContext(depth)
        ThreadCells.current()?.let { tally.faults += "after all scopes: in $it instead of none" }
    }

    private suspend fun inside(depth: Int, model: Model) {
        tally.hops.incrementAndGet()
        run(random.nextInt(1, 4), maxOf(depth - 1, 0), model)
    }

    private fun pool(): CoroutineDispatcher = pools.dispatchers.values.random(random)

    /** Returns the program of a concurrent coroutine. */
    private fun another() = Program(Random(random.nextInt()), pools, tally)

    private fun set(model: Model) {
        model[Model.variables.random(random)] = random.nextInt(1_000)
    }

    private suspend fun setAndReset(model: Model) {
        val changed = model.copy()
        val (variable, value) = Model.variables.random(random) to random.nextInt(1_000)
        variable.withValue(value) {
            changed[variable] = value
            yield()
            changed.check("with a value", tally)
        }
    }

    // ---- suspensions ----

    private suspend fun channel(model: Model) = coroutineScope {
        val channel = Channel<Int>()
        val copy = model.copy()
        launch(pool()) {
            repeat(3) {
                channel.send(it)
                copy.check("after send", tally)
            }
        }
        repeat(3) {
            channel.receive()
            model.check("after receive", tally)
        }
    }

    private suspend fun selectTwice(model: Model) = coroutineScope {
        val channels = List(2) { Channel<Unit>() }
        channels.forEach { channel ->
            val copy = model.copy()
            launch(pool()) {
                channel.send(Unit)
                copy.check("after send", tally)
            }
        }
        repeat(2) {
            select { channels.forEach { channel -> channel.onReceive { set(model) } } }
            model.check("after select", tally)
        }
    }

    /** In a copy of the context of the coroutine that blocks, and in a context of its own. */
    private fun nestedRunBlocking(model: Model) {
        val copy = model.copy()
        runBlocking(Context.copyContext().asElement()) {
            copy.check("in runBlocking", tally)
            yield()
            set(copy)
        }
        model.check("after runBlocking", tally)
        val context = tally.newContext()
        val inner = Model(context)
        runBlocking(context.asSharedElement()) {
            set(inner)
            withContext(Dispatchers.IO) { inner.check("on another dispatcher in runBlocking", tally) }
            inner.check("after another dispatcher in runBlocking", tally)
        }
    }

    private suspend fun cancellationRace(model: Model) = coroutineScope {
        val (copy, program) = model.copy() to another()
        val suspended = CompletableDeferred<CancellableContinuation<Unit>>()
        val job = launch(pool()) {
            program.set(copy)
            try {
                suspendCancellableCoroutine { suspended.complete(it) }
            } finally {
                copy.check("after a resumption or cancellation", tally)
            }
        }
        val continuation = suspended.await()
        launch(pool()) { continuation.resume(Unit) }
        set(model)
        job.cancel()
    }

    private suspend fun shareContext() {
        val context = tally.newContext()
        val counter = Model.variables.random(random)
        withContext(pools.oneAtATime) {
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
        }
        if (context[counter] != 6) tally.faults += "the coroutines have counted to ${context[counter]} instead of 6"
    }

    // ---- children ----

    private suspend fun child(depth: Int, model: Model) = coroutineScope {
        val start = if (random.nextBoolean()) CoroutineStart.DEFAULT else CoroutineStart.UNDISPATCHED
        val dispatcher = if (random.nextInt(4) == 0) Dispatchers.Unconfined else pool()
        val (eager, lazy) = List(2) { model.copy() }
        val program = another()
        val children = listOf(
            async(dispatcher, start) { program.inside(depth, eager) },
            launch(start = CoroutineStart.LAZY) { lazy.check("in a lazy child", tally) },
        )
        inside(0, model)
        children.forEach { it.join() }
    }

    private suspend fun failingChild(depth: Int, model: Model) = supervisorScope {
        val (copy, program) = model.copy() to another()
        val failed = async(pool()) { program.failInside(depth, copy) }
        shouldHaveFailed("a failing child", runCatching { failed.await() })
    }

    private suspend fun failInside(depth: Int, model: Model) {
        inside(depth, model)
        error(ON_PURPOSE)
    }

    private fun shouldHaveFailed(what: String, result: Result<*>) {
        val failure = result.exceptionOrNull()
        if (failure is CancellationException) throw failure
        if (failure?.message != ON_PURPOSE) tally.faults += "$what failed with $failure"
    }

    private suspend fun cancelledChild(depth: Int, model: Model) = coroutineScope {
        val (copy, program) = model.copy() to another()
        val job = launch(pool()) { program.inside(depth, copy) }
        yield()
        job.cancelAndJoin()
    }

    // ---- flows ----

    private suspend fun flow(depth: Int, model: Model) {
        val (upstream, program) = model.copy() to another()
        flow {
            repeat(3) {
                program.inside(0, upstream)
                emit(it)
            }
        }
            // With a buffer: on the collector's dispatcher, flowOn creates no coroutine.
            .flowOn(pool())
            .buffer(1)
            .collect { if (it == 1) inside(depth, model) }
    }

    /** On the collector's dispatcher, flowOn runs the flow in the collector's coroutine. */
    private suspend fun flowOnName(depth: Int, model: Model) = flow {
        inside(depth, model)
        emit(Unit)
        inside(0, model)
    }.flowOn(CoroutineName("flow")).collect { inside(0, model) }

    private suspend fun flowOnElement(depth: Int, model: Model) {
        val context = tally.newContext()
        val (upstream, program) = Model() to another()
        flow {
            repeat(2) {
                program.inside(depth, upstream)
                emit(it)
            }
        }.flowOn(context.asElement() + pool()).buffer(1).collect { inside(0, model) }
        if (!context.isEmpty()) tally.faults += "the flow has changed the context, and not its copy"
    }

    // ---- contexts and other elements ----

    private suspend fun newContext(depth: Int) {
        val context = tally.newContext()
        val model = Model(context)
        when (random.nextInt(3)) {
            0 -> withContext(context) { inside(depth, model) }
            1 -> withContext(context.asElement()) { inside(depth, model) }
            else -> withContext(context.asElement() + pool()) { inside(depth, model) }
        }
    }

    private suspend fun failingContext(depth: Int) {
        val context = tally.newContext()
        val result = runCatching { withContext(context) { failInside(depth, Model(context)) } }
        shouldHaveFailed("a failing scope", result)
    }

    private fun otherElements(): CoroutineContext {
        val number = random.nextInt()
        return MDCContext(mapOf("request" to "$number")) + local.asContextElement(number) + Others(number)
    }

    /**
     * Checks the values of other elements after a dispatch: kotlinx.coroutines 1.11 restores some too late (#4754).
     * Without an element, a thread may have any value.
     */
    private suspend fun checkOthers() {
        val number = currentCoroutineContext()[Others]?.number ?: return
        if (MDC.get("request") != "$number") tally.faults += "the MDC has ${MDC.get("request")} instead of $number"
        if (local.get() != number) tally.faults += "the ThreadLocal has ${local.get()} instead of $number"
    }

    /** The number in the coroutine's MDC and ThreadLocal elements. */
    private class Others(val number: Int) : AbstractCoroutineContextElement(Others) {
        companion object Key : CoroutineContext.Key<Others>
    }

    private companion object {
        const val ON_PURPOSE = "on purpose"
        val local = ThreadLocal<Int>()

        val leaves = mapOf<String, suspend Program.(depth: Int, model: Model) -> Unit>(
            "set" to { _, model -> set(model) },
            "set and reset" to { _, model -> setAndReset(model) },
            "yield" to { _, _ -> yield().also { checkOthers() } },
            "a resumption by a foreign thread" to { _, _ ->
                suspendCancellableCoroutine { pools.foreign.execute { it.resume(Unit) } }
            },
            "a future" to { _, _ -> CompletableFuture.supplyAsync({ 1 }, pools.foreign).await() },
            "a channel" to { _, model -> channel(model) },
            "select" to { _, model -> selectTwice(model) },
            "a mutex" to { _, model -> pools.mutex.withLock { set(model).also { yield() } } },
            "runBlocking" to { _, model -> nestedRunBlocking(model) },
            "a cancellation that races with a resumption" to { _, model -> cancellationRace(model) },
            "coroutines that take turns in one context" to { _, _ -> shareContext() },
        ).toList()

        /** The operations that perform others. */
        val nests = mapOf<String, suspend Program.(depth: Int, model: Model) -> Unit>(
            "a timeout" to { depth, model ->
                val limit = random.nextInt(1_000).microseconds
                withTimeoutOrNull(limit) { inside(depth, model).also { awaitCancellation() } }
            },
            "another dispatcher" to { depth, model -> withContext(pool()) { inside(depth, model) } },
            "Unconfined" to { depth, model -> withContext(Dispatchers.Unconfined) { inside(depth, model) } },
            "a name" to { depth, model -> withContext(CoroutineName("inner")) { inside(depth, model) } },
            "other elements" to { depth, model -> withContext(otherElements()) { inside(depth, model) } },
            "a scope" to { depth, model -> coroutineScope { inside(depth, model) } },
            "a child" to { depth, model -> child(depth, model) },
            "a failing child" to { depth, model -> failingChild(depth, model) },
            "a cancelled child" to { depth, model -> cancelledChild(depth, model) },
            "a flow" to { depth, model -> flow(depth, model) },
            "flowOn(name)" to { depth, model -> flowOnName(depth, model) },
            "flowOn(element)" to { depth, model -> flowOnElement(depth, model) },
            "a new context" to { depth, _ -> newContext(depth) },
            "a new context that fails" to { depth, _ -> failingContext(depth) },
        ).toList()
    }
}
