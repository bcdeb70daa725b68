// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS

/**
 * A thread that runs one step at a time. The caller waits for the end of the step, so the test decides how two threads
 * interleave:
 *
 * ```
 * val token = one { lease.attach() }
 * two { ctx.execute { } }
 * one { ContextSwap.detach(token) }
 * ```
 */
class TestThread(val name: String) : AutoCloseable {
    private val executor = Executors.newSingleThreadExecutor { Thread(it, name).apply { isDaemon = true } }

    /** Runs the step on this thread, and returns its result or throws its exception. */
    operator fun <T> invoke(step: () -> T): T =
        executor.submit(Callable { runCatching(step) }).get(30, SECONDS).getOrThrow()

    override fun close() = executor.shutdown()
}
