// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.stress

import dev.contextvars.Context
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlin.coroutines.resume
import kotlin.random.Random

/** One coroutine of a stress case: its random choices, and the model of the context that it runs in. */
internal class Round(
    val random: Random,
    private val model: Model,
    private val pools: Pools,
    val tally: Tally,
) {
    /** Sets a random variable, and compares all variables with the model before and after. */
    fun change(where: String) {
        model.check(where, tally)
        model[Model.variables.random(random)] = random.nextInt(1_000)
        model.check(where, tally)
        tally.operations.incrementAndGet()
    }

    /** Returns the round of a coroutine that runs in a copy of this one's context. */
    fun copy() = Round(Random(random.nextInt()), model.copy(), pools, tally)

    /** Returns the round of code that runs in an empty context; null for one that its first check finds. */
    fun inContext(context: Context?) = Round(Random(random.nextInt()), Model(context), pools, tally)

    /** Returns a random dispatcher. */
    fun pool(): CoroutineDispatcher = pools.dispatchers.values.random(random)

    /** Suspends until a thread that runs no coroutine resumes this one. */
    suspend fun resumedByForeignThread() {
        tally.hops.incrementAndGet()
        suspendCancellableCoroutine { pools.foreign.execute { it.resume(Unit) } }
    }
}
