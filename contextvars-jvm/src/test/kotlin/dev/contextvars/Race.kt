// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

/**
 * Lets two threads act on each of the states, both at the same moment, and returns what they got.
 *
 * It is jcstress in small, for what goes wrong often enough to be seen in a second; `contextvars-jvm/stress` has the
 * rest. Two seconds end it: on a machine so busy that the two seldom run at once, more time would show no more.
 */
internal fun <S, R> race(states: List<S>, one: (S) -> R, two: (S) -> R): List<Pair<R, R>> {
    val meetings = Meetings(System.nanoTime() + TimeUnit.SECONDS.toNanos(2))
    val results = listOf(one, two).map { act ->
        CompletableFuture<Result<List<R>>>().also { result ->
            thread { result.complete(runCatching { actOnEach(states, meetings, act) }) }
        }
    }
    val (ones, twos) = results.map { it.get(60, TimeUnit.SECONDS).getOrThrow() }
    return ones.zip(twos)
}

private fun <S, R> actOnEach(states: List<S>, meetings: Meetings, act: (S) -> R): List<R> {
    val results = ArrayList<R>()
    try {
        for ((round, state) in states.withIndex()) {
            if (!meetings.meet(round)) break
            results += act(state)
        }
    } finally {
        meetings.end()
    }
    return results
}

private class Meetings(
    private val deadline: Long,
) {
    private val arrived = AtomicInteger()

    /**
     * Waits for the other thread to come to this round; false when one of them has come to the end, but never in the
     * first round: however busy the machine is, they meet once.
     */
    fun meet(round: Int): Boolean {
        arrived.incrementAndGet()
        var spins = 0
        while (arrived.get() < 2 * (round + 1)) {
            if (++spins % 1_000 == 0) {
                if (round > 0 && System.nanoTime() > deadline) return false
                Thread.yield() // on one processor the other comes only if this one steps aside
            } else {
                Thread.onSpinWait()
            }
        }
        return round == 0 || arrived.get() < END
    }

    fun end() = arrived.set(END)

    private companion object {
        const val END = Int.MAX_VALUE / 2
    }
}
