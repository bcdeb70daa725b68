// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.stress

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import java.util.concurrent.Executors
import kotlin.random.Random
import kotlin.time.Duration.Companion.minutes

/**
 * Random programs of coroutines, compared with a model at each operation.
 *
 * `-Dcontextvars.stress.operations=N` sets their number, and `-Dcontextvars.stress.seed=N` repeats a run's choices (not
 * the threads' timing).
 */
@OptIn(ExperimentalCoroutinesApi::class)
class StressSpec : FunSpec({
    val operations = java.lang.Long.getLong("contextvars.stress.operations", 200_000L)
    val seed = java.lang.Long.getLong("contextvars.stress.seed", System.nanoTime())

    val fixed = Executors.newFixedThreadPool(3).asCoroutineDispatcher()
    val single = Executors.newSingleThreadExecutor().asCoroutineDispatcher()
    val foreign = Executors.newSingleThreadExecutor()
    val pools = mapOf(
        "Default" to Dispatchers.Default,
        "IO" to Dispatchers.IO,
        "a fixed pool of three" to fixed,
        "one thread" to single,
        "limitedParallelism(1)" to Dispatchers.Default.limitedParallelism(1),
        "limitedParallelism(2)" to Dispatchers.IO.limitedParallelism(2),
    )

    afterSpec { listOf(fixed, single, foreign.asCoroutineDispatcher()).forEach { it.close() } }

    fun stress(pool: CoroutineDispatcher): Tally {
        val tally = Tally()
        runBlocking {
            withTimeout(60.minutes) {
                repeat(COROUTINES) {
                    val program = Program(Random(seed + it), pools.values.toList(), foreign, tally)
                    launch(pool + Context().asElement()) {
                        val model = Model()
                        while (tally.operations.get() < operations / pools.size && tally.faults.isEmpty()) {
                            program.run(50, 3, model)
                        }
                    }
                }
            }
        }
        return tally
    }

    pools.forEach { (name, pool) ->
        test("${operations / pools.size} random operations on $name find the values of their model") {
            val tally = stress(pool)
            val dirty = ThreadCells.dirtyThreadsAfter()
            val entered = tally.shared.filter { context -> runCatching { context.run { } }.isFailure }
            println(
                "stress on $name, seed $seed: ${tally.operations} operations, ${tally.hops} hops, " +
                    "${tally.faults.size} wrong values, ${dirty.size} dirty threads, " +
                    "${entered.size} of ${tally.shared.size} shared contexts not free",
            )
            withClue("seed $seed, ${tally.faults.take(5)}") {
                tally.faults.shouldBeEmpty()
                dirty.shouldBeEmpty()
                entered.shouldBeEmpty()
            }
        }
    }
})

private const val COROUTINES = 8
