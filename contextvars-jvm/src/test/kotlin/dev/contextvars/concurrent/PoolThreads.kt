// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import dev.contextvars.testing.ThreadCells
import dev.contextvars.testing.pollUntil
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executor
import java.util.concurrent.ThreadFactory
import java.util.concurrent.TimeUnit.SECONDS

/** Creates the threads of the pools of a spec. A test fails if it has left a context on one of them. */
fun FunSpec.poolThreads(): ThreadFactory {
    val created = ConcurrentLinkedQueue<Thread>()
    val dirty = { ThreadCells.dirtyThreads().filter { it in created } }
    afterTest {
        // Polls, because a task completes before its thread has exited the context.
        if (!pollUntil { dirty().isEmpty() }) dirty().shouldBeEmpty()
    }
    return ThreadFactory { task ->
        Thread(task, "pool-under-test").also {
            it.isDaemon = true
            created += it
        }
    }
}

/** Blocks the only thread of an executor until the body has ended. */
fun <T> Executor.whileBusy(body: () -> T): T {
    val end = CountDownLatch(1)
    execute { end.await(30, SECONDS) }
    return try {
        body()
    } finally {
        end.countDown()
    }
}
