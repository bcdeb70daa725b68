// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import dev.contextvars.ContextVar
import dev.contextvars.isolateEachTest
import dev.contextvars.onNewThread
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors
import java.util.concurrent.ScheduledExecutorService
import java.util.concurrent.ScheduledFuture
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.TimeUnit.SECONDS

class PeriodicTasksSpec : FunSpec({
    isolateEachTest()
    val plain = Executors.newSingleThreadScheduledExecutor(poolThreads())
    val pool = ContextExecutors.wrap(plain)
    afterSpec { pool.shutdownNow() }

    val v = ContextVar("v", 0)

    /** Returns what the body gave in its first three runs; the failure that ends the task comes out of its future. */
    fun <T> Periodic.threeRuns(body: () -> T): List<T> {
        val seen = CopyOnWriteArrayList<T>()
        val task = plain.whileBusy {
            start(pool) {
                seen += body()
                check(seen.size < 3)
            }.also { v.set(-1) }
        }
        shouldThrow<ExecutionException> { task.get(30, SECONDS) }
        return seen
    }

    listOf(
        Periodic("scheduleAtFixedRate") { body -> scheduleAtFixedRate(body, 0, 1, MILLISECONDS) },
        Periodic("scheduleWithFixedDelay") { body -> scheduleWithFixedDelay(body, 0, 1, MILLISECONDS) },
    ).forEach { way ->
        test("${way.name}: each run sees the submitter's values at submission, and nothing of the runs before") {
            v.set(1)
            way.threeRuns { v.get().also { v.set(it + 1) } } shouldContainExactly listOf(1, 1, 1)
        }

        test("${way.name}: each run has a context of its own, entered for the run") {
            way.threeRuns { ThreadCells.current() }.toSet().size shouldBe 3
        }

        test("${way.name}: without a context at submission, each run has an empty one") {
            onNewThread { way.threeRuns { ThreadCells.current()!!.isEmpty.also { v.set(1) } } } shouldContainExactly
                listOf(true, true, true)
        }

        test("${way.name}: the future cancels the task") {
            val task = way.start(pool) { }
            task.cancel(false) shouldBe true
            task.isCancelled shouldBe true
        }

        test("${way.name}: no task is refused, and the argument named") {
            shouldThrow<NullPointerException> { way.start(pool, null) }.message shouldBe "task"
        }
    }
})

/** A way to submit a task that is run again and again. */
private class Periodic(
    val name: String,
    val start: ScheduledExecutorService.(task: Runnable?) -> ScheduledFuture<*>,
)
