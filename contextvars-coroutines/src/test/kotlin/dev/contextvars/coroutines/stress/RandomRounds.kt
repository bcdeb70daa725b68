// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.stress

import io.kotest.assertions.withClue
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlin.coroutines.CoroutineContext
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/**
 * Eight coroutines that repeat rounds, by `-Dcontextvars.stress.seconds` and `-Dcontextvars.stress.seed`, until one
 * finds a wrong value.
 */
internal class RandomRounds(private val pools: Pools) {
    private val duration = Integer.getInteger("contextvars.stress.seconds", 1).seconds
    private val seed = java.lang.Long.getLong("contextvars.stress.seed", System.nanoTime())

    /** The time-out of a test that calls [run]. */
    val limit: Duration = 10.minutes + duration

    /**
     * Runs the rounds, and fails with the seed if a value is wrong or a thread is dirty.
     *
     * @param context returns what a coroutine is launched with
     * @param round one round of the coroutine with this number
     */
    fun run(name: String, context: (Round) -> CoroutineContext, round: suspend Round.(number: Int) -> Unit) {
        val tally = Tally()
        withClue("seed $seed") {
            runBlocking {
                withTimeout(9.minutes + duration) {
                    val end = TimeSource.Monotonic.markNow() + duration
                    repeat(8) { number ->
                        val coroutine = Round(Random(seed + number), Model(), pools, tally)
                        launch(context(coroutine)) {
                            do coroutine.round(number) while (end.hasNotPassedNow() && tally.faults.isEmpty())
                        }
                    }
                }
            }
        }
        tally.shouldBeClean(name, seed)
    }
}
