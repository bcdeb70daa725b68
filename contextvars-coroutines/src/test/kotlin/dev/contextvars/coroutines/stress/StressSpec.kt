// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.stress

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
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
    val dispatchers = pools.dispatchers.values.toList()

    fun stress(dispatcher: CoroutineDispatcher): Tally {
        val tally = Tally()
        runBlocking {
            withTimeout(60.minutes) {
                repeat(COROUTINES) {
                    val program = Program(Random(seed + it), dispatchers, pools.foreign, tally)
                    launch(dispatcher + Context().asElement()) {
                        val model = Model()
                        while (tally.operations.get() < operations / dispatchers.size && tally.faults.isEmpty()) {
                            program.run(50, 3, model)
                        }
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

private const val COROUTINES = 8
