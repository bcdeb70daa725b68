// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import dev.contextvars.Context
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletableFuture.completedFuture
import java.util.concurrent.Executor
import java.util.function.BiConsumer
import java.util.function.BiFunction
import java.util.function.Consumer
import java.util.function.Function

/**
 * A method `…Async(function, executor)` of CompletableFuture that adds a stage after one future, or two.
 *
 * The function made by `make` calls the body; `wrap` wraps such a function in a context; `add` adds the stage.
 */
class AsyncStage<F>(
    val name: String,
    private val make: (body: () -> Unit) -> F,
    private val wrap: Context.(F) -> F,
    val afterFailure: Boolean = false,
    val ofTwo: Boolean = false,
    private val add: CompletableFuture<Int>.(other: CompletableFuture<Int>, F, Executor) -> CompletableFuture<*>,
) {
    fun after(
        source: CompletableFuture<Int>,
        other: CompletableFuture<Int>,
        executor: Executor,
        context: Context? = null,
        body: () -> Unit,
    ): CompletableFuture<*> {
        val function = make(body)
        return source.add(other, context?.let { wrap(it, function) } ?: function, executor)
    }
}

private typealias Next = CompletableFuture<Int>

/** All of them; [asyncStarts] has those that wait for no other future. */
val asyncStages: List<AsyncStage<*>> = listOf(
    AsyncStage("thenApplyAsync", ::function, { wrapFunction(it) }) { _, f, on -> thenApplyAsync(f, on) },
    AsyncStage("thenAcceptAsync", ::consumer, { wrapConsumer(it) }) { _, f, on -> thenAcceptAsync(f, on) },
    AsyncStage("thenRunAsync", { body -> Runnable { body() } }, { wrap(it) }) { _, f, on -> thenRunAsync(f, on) },
    AsyncStage("thenComposeAsync", ::composing, { wrapFunction(it) }) { _, f, on -> thenComposeAsync(f, on) },
    AsyncStage("handleAsync", ::handler, { wrapBiFunction(it) }) { _, f, on -> handleAsync(f, on) },
    AsyncStage("whenCompleteAsync", ::observer, { wrapBiConsumer(it) }) { _, f, on -> whenCompleteAsync(f, on) },
    AsyncStage("exceptionallyAsync", ::rescue, { wrapFunction(it) }, afterFailure = true) { _, f, on ->
        exceptionallyAsync(f, on)
    },
    AsyncStage("exceptionallyComposeAsync", ::composingRescue, { wrapFunction(it) }, afterFailure = true) { _, f, on ->
        exceptionallyComposeAsync(f, on)
    },
    AsyncStage("thenCombineAsync", ::combination, { wrapBiFunction(it) }, ofTwo = true) { other, f, on ->
        thenCombineAsync(other, f, on)
    },
    AsyncStage("thenAcceptBothAsync", ::consumerOfBoth, { wrapBiConsumer(it) }, ofTwo = true) { other, f, on ->
        thenAcceptBothAsync(other, f, on)
    },
    AsyncStage("runAfterBothAsync", { body -> Runnable { body() } }, { wrap(it) }, ofTwo = true) { other, f, on ->
        runAfterBothAsync(other, f, on)
    },
    // The other future never completes in these three: either one will do.
    AsyncStage(
        "applyToEitherAsync",
        ::function,
        { wrapFunction(it) },
    ) { _, f, on -> applyToEitherAsync(Next(), f, on) },
    AsyncStage("acceptEitherAsync", ::consumer, { wrapConsumer(it) }) { _, f, on -> acceptEitherAsync(Next(), f, on) },
    AsyncStage("runAfterEitherAsync", { body -> Runnable { body() } }, { wrap(it) }) { _, f, on ->
        runAfterEitherAsync(Next(), f, on)
    },
)

/** The methods that hand their function to the executor at once. */
val asyncStarts: List<Pair<String, (executor: Executor, body: () -> Unit) -> CompletableFuture<*>>> = listOf(
    "runAsync" to { on, body -> CompletableFuture.runAsync(body, on) },
    "supplyAsync" to { on, body -> CompletableFuture.supplyAsync(body, on) },
    "completeAsync" to { on, body -> CompletableFuture<Unit>().completeAsync(body, on) },
)

private fun function(body: () -> Unit) = Function<Int, Int> { it.also { body() } }

private fun composing(body: () -> Unit) = Function<Int, CompletableFuture<Int>> { completedFuture(it).also { body() } }

private fun rescue(body: () -> Unit) = Function<Throwable, Int> { 0.also { body() } }

private fun composingRescue(body: () -> Unit) = Function<Throwable, CompletableFuture<Int>> {
    completedFuture(0).also { body() }
}

private fun consumer(body: () -> Unit) = Consumer<Int> { body() }

private fun handler(body: () -> Unit) = BiFunction<Int?, Throwable?, Int> { _, _ -> 0.also { body() } }

private fun observer(body: () -> Unit) = BiConsumer<Int?, Throwable?> { _, _ -> body() }

private fun combination(body: () -> Unit) = BiFunction<Int, Int, Int> { a, b -> (a + b).also { body() } }

private fun consumerOfBoth(body: () -> Unit) = BiConsumer<Int, Int> { _, _ -> body() }
