// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.stress

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.withTimeout
import org.slf4j.MDC
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import kotlin.random.Random
import kotlin.time.Duration.Companion.minutes

/**
 * Random programs of coroutines, whose values are compared with a model at each operation.
 *
 * `-Dcontextvars.stress.operations=N` sets their number. `-Dcontextvars.stress.seed=N` repeats the random choices of a
 * run, but not the timing of its threads.
 */
class StressSpec : FunSpec({
    val operations = java.lang.Long.getLong("contextvars.stress.operations", 200_000L)
    val seed = java.lang.Long.getLong("contextvars.stress.seed", System.nanoTime())
    val pools = autoClose(Pools())
    beforeSpec { MDC.get("") } // SLF4J replaces its adapter during the first call

    fun stress(dispatcher: CoroutineDispatcher): Tally {
        val tally = Tally()
        val isUnfinished = { tally.operations.get() < operations / pools.dispatchers.size && tally.faults.isEmpty() }
        runBlocking {
            withTimeout(60.minutes) {
                repeat(4) {
                    val (program, bareProgram) = List(2) { n -> Program(Random(seed + 2 * it + n), pools, tally) }
                    launch(dispatcher + Context().asElement()) {
                        val model = Model()
                        while (isUnfinished()) program.run(50, 3, model)
                    }
                    launch(dispatcher) {
                        while (isUnfinished()) bareProgram.runInNewContext(4)
                    }
                }
            }
        }
        return tally
    }

    pools.dispatchers.forEach { (name, dispatcher) ->
        test("random operations on $name match their model").config(timeout = 61.minutes) {
            withClue("seed $seed") { stress(dispatcher) }.shouldBeClean(name, seed)
        }
    }
})

/** What the coroutines of all programs share. */
@OptIn(ExperimentalCoroutinesApi::class)
internal class Pools : AutoCloseable {
    private val fixed = Executors.newFixedThreadPool(3)
    private val single = Executors.newSingleThreadExecutor()

    /** A thread that only resumes coroutines. */
    val foreign: ExecutorService = Executors.newSingleThreadExecutor()
    val oneAtATime = Dispatchers.Default.limitedParallelism(1)
    val mutex = Mutex()

    val dispatchers: Map<String, CoroutineDispatcher> = mapOf(
        "Default" to Dispatchers.Default,
        "IO" to Dispatchers.IO,
        "a fixed pool of three" to fixed.asCoroutineDispatcher(),
        "one thread" to single.asCoroutineDispatcher(),
        "limitedParallelism(1)" to oneAtATime,
        "limitedParallelism(2)" to Dispatchers.IO.limitedParallelism(2),
    )

    override fun close() = listOf(fixed, single, foreign).forEach { it.shutdown() }
}
