// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.stress

import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.withValue
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor
import kotlin.coroutines.resume
import kotlin.random.Random
import kotlin.time.Duration.Companion.microseconds

/** A seeded random program of one coroutine, which compares its values with a model at each operation. */
internal class Program(
    private val random: Random,
    private val dispatchers: List<CoroutineDispatcher>,
    private val foreign: Executor,
    private val tally: Tally,
) {
    /** Performs random operations, and nested ones, in the model's context. */
    suspend fun run(steps: Int, depth: Int, model: Model) {
        repeat(steps) {
            val operation = if (depth == 0) Operation.leaves.random(random) else Operation.entries.random(random)
            model.check("before $operation", tally)
            perform(operation, depth, model)
            tally.operations.incrementAndGet()
            model.check("after $operation", tally)
        }
    }

    private suspend fun perform(operation: Operation, depth: Int, model: Model) {
        when (operation) {
            Operation.SET -> set(model)
            Operation.SET_AND_RESET -> setAndReset(model)
            Operation.YIELD -> yield().also { tally.hops.incrementAndGet() }
            Operation.FOREIGN_RESUME -> suspendCancellableCoroutine { foreign.execute { it.resume(Unit) } }
            Operation.FUTURE -> CompletableFuture.supplyAsync({ 1 }, foreign).await()
            Operation.TIMEOUT -> withTimeoutOrNull(1.microseconds) { inside(0, model).also { awaitCancellation() } }
            Operation.OTHER_DISPATCHER -> withContext(dispatchers.random(random)) { inside(depth, model) }
            Operation.UNDISPATCHED -> withContext(CoroutineName("inner")) { inside(depth, model) }
            Operation.UNCONFINED -> withContext(Dispatchers.Unconfined) { inside(depth, model) }
            Operation.SCOPE -> coroutineScope { inside(depth, model) }
            Operation.CHILD -> child(depth, model)
            Operation.FAILING_CHILD -> failingChild(depth, model)
            Operation.FLOW -> flow(depth, model)
            Operation.CHANNEL -> channel(model)
            Operation.OTHER_CONTEXT -> otherContext(depth)
        }
    }

    private suspend fun inside(depth: Int, model: Model) {
        tally.hops.incrementAndGet()
        run(random.nextInt(1, 4), maxOf(depth - 1, 0), model)
    }

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

    private suspend fun child(depth: Int, model: Model) = coroutineScope {
        val start = if (random.nextBoolean()) CoroutineStart.DEFAULT else CoroutineStart.UNDISPATCHED
        val (eager, lazy) = List(2) { model.copy() }
        val program = another()
        listOf(
            async(dispatchers.random(random), start) { program.inside(depth, eager) },
            launch(start = CoroutineStart.LAZY) { lazy.check("in a lazy child", tally) },
        ).forEach { it.join() }
    }

    /** Returns the program of a concurrent coroutine. */
    private fun another() = Program(Random(random.nextInt()), dispatchers, foreign, tally)

    private suspend fun failingChild(depth: Int, model: Model) = supervisorScope {
        val copy = model.copy()
        val failed = async(dispatchers.random(random)) {
            inside(depth, copy)
            error("on purpose")
        }
        runCatching { failed.await() }
            .onSuccess { tally.faults += "a failing child did not fail" }
            .onFailure { failure ->
                if (failure is CancellationException) throw failure
                if (failure.message != "on purpose") tally.faults += "a failing child failed with $failure"
            }
    }

    private suspend fun flow(depth: Int, model: Model) {
        val upstream = model.copy()
        val program = another()
        flow {
            repeat(3) {
                program.inside(0, upstream)
                emit(it)
            }
        }
            // With a buffer: on the collector's dispatcher, flowOn creates no coroutine.
            .flowOn(dispatchers.random(random))
            .buffer(1)
            .collect { if (it == 1) inside(depth, model) }
    }

    private suspend fun channel(model: Model) = coroutineScope {
        val channel = Channel<Int>()
        val copy = model.copy()
        launch(dispatchers.random(random)) {
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

    private suspend fun otherContext(depth: Int) {
        val context = tally.newContext()
        val where = if (random.nextBoolean()) dispatchers.random(random) else CoroutineName("same")
        withContext(context.asElement() + where) { inside(depth, Model(context)) }
    }
}

internal enum class Operation {
    SET,
    SET_AND_RESET,
    YIELD,
    FOREIGN_RESUME,
    FUTURE,
    TIMEOUT,
    OTHER_DISPATCHER,
    UNDISPATCHED,
    UNCONFINED,
    SCOPE,
    CHILD,
    FAILING_CHILD,
    FLOW,
    CHANNEL,
    OTHER_CONTEXT,
    ;

    companion object {
        /** The operations without nested ones. */
        val leaves = listOf(SET, SET_AND_RESET, YIELD, FOREIGN_RESUME, FUTURE, CHANNEL)
    }
}
