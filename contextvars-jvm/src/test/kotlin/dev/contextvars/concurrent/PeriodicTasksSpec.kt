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

    /** Returns the results of the first three runs. An exception then ends the task. */
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
    ).forEach { method ->
        test("${method.name}: each run sees the values at submission") {
            v.set(1)
            method.threeRuns { v.get().also { v.set(it + 1) } } shouldContainExactly listOf(1, 1, 1)
        }

        test("${method.name}: each run has its own context") {
            method.threeRuns { ThreadCells.current() }.toSet().size shouldBe 3
        }

        test("${method.name}: each run has an empty context if the submitter has none") {
            onNewThread { method.threeRuns { ThreadCells.current()!!.isEmpty.also { v.set(1) } } } shouldContainExactly
                listOf(true, true, true)
        }

        test("${method.name}: the future cancels the task") {
            val task = method.start(pool) { }
            task.cancel(false) shouldBe true
            task.isCancelled shouldBe true
        }

        test("${method.name}(null) throws and names the argument") {
            shouldThrow<NullPointerException> { method.start(pool, null) }.message shouldBe "task"
        }
    }
})

/** A method that submits a periodic task. */
private class Periodic(
    val name: String,
    val start: ScheduledExecutorService.(task: Runnable?) -> ScheduledFuture<*>,
)
