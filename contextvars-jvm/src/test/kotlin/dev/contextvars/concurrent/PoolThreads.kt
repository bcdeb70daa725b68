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

/** Makes the threads of the pools under test, and knows those of them that hold a context. */
class PoolThreads : ThreadFactory {
    private val made = ConcurrentLinkedQueue<Thread>()

    override fun newThread(task: Runnable) = Thread(task, "pool-under-test").also {
        it.isDaemon = true
        made += it
    }

    /** Waits until no thread holds a context, since a task ends before its thread has left it; returns those that do. */
    fun dirtyOnes(): List<Thread> {
        val dirty = { ThreadCells.dirtyThreads().filter { it in made } }
        return if (pollUntil { dirty().isEmpty() }) emptyList() else dirty()
    }
}

/** Makes the threads for a spec, each test of which fails if it has left a context on one of them. */
fun FunSpec.poolThreads(): PoolThreads = PoolThreads().also { threads ->
    afterTest { threads.dirtyOnes().shouldBeEmpty() }
}

/** Keeps an executor of one thread from going on to the tasks that the body gives it, until the body has ended. */
fun <T> Executor.whileBusy(body: () -> T): T {
    val end = CountDownLatch(1)
    execute { end.await(30, SECONDS) }
    return try {
        body()
    } finally {
        end.countDown()
    }
}
