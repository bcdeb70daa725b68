// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import kotlin.random.Random

/** Runs a test with a random of a new seed, which a failure tells; `-Dcontextvars.seed=…` runs it again. */
fun seeded(test: (Random) -> Unit) {
    val seed = System.getProperty("contextvars.seed")?.toLong() ?: Random.nextLong()
    try {
        test(Random(seed))
    } catch (failure: Throwable) {
        throw AssertionError("-Dcontextvars.seed=$seed: ${failure.message}", failure)
    }
}
