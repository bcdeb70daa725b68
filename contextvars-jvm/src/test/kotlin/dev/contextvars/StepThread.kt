// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

/**
 * A thread that takes one step at a time, each to its end: two of them interleave just as a test says.
 *
 * ```
 * val token = one { lease.attach() }
 * two { ctx.execute { } }
 * one { ContextSwap.detach(token) }
 * ```
 */
class StepThread(
    val name: String,
) : AutoCloseable {
    private val executor = Executors.newSingleThreadExecutor { Thread(it, name) }

    /** Runs a step in this thread, and returns its result or throws its exception. */
    operator fun <T> invoke(step: () -> T): T =
        executor.submit(Callable { runCatching(step) }).get(30, TimeUnit.SECONDS).getOrThrow()

    override fun close() = executor.shutdown()
}

/** Removes every context from the calling thread, whatever a test has left there. */
internal fun clean() {
    ContextSwap.detach(null)
    ContextSwap.swap(null)
}
