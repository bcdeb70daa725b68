// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import kotlin.random.Random

/** Runs a test with a new seed. A failure contains the seed, and `-Dcontextvars.seed=…` repeats it. */
fun seeded(test: (Random) -> Unit) {
    val seed = System.getProperty("contextvars.seed")?.toLong() ?: Random.nextLong()
    try {
        test(Random(seed))
    } catch (failure: Throwable) {
        throw AssertionError("-Dcontextvars.seed=$seed: ${failure.message}", failure)
    }
}
