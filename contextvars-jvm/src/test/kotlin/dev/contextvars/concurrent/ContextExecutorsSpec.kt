// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.isolateEachTest
import dev.contextvars.onNewThread
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletableFuture.completedFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.ExecutionException
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.Future
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.ScheduledExecutorService
import java.util.concurrent.ScheduledFuture
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.TimeUnit.SECONDS

/** A method that submits a periodic task. */
private typealias Periodic = ScheduledExecutorService.(body: () -> Unit) -> ScheduledFuture<*>

/** The context of a task, for every method that submits one. */
class ContextExecutorsSpec : FunSpec({
    isolateEachTest()
    val threads = poolThreads()
    val plain = Executors.newSingleThreadScheduledExecutor(threads)
    val pool = ContextExecutors.wrap(plain)
    afterSpec { pool.shutdownNow() }

    val v = ContextVar("v", 0)

    (asynchronousSubmissions + blockingSubmissions).forEach { submission ->
        test("${submission.name}: a task sees the submitter's values") {
            v.set(1)
            submission.call(pool) { v.get() } shouldBe 1
        }

        test("${submission.name}: a task does not change the submitter's values") {
            v.set(1)
            submission.call(pool) { v.set(2) }
            v.get() shouldBe 1
        }

        test("${submission.name}: a task changes no values of later tasks") {
            submission.call(pool) { v.set(2) }
            submission.call(pool) { v.get() } shouldBe 0
            plain.submit(Callable { v.get() }).get(30, SECONDS) shouldBe 0
        }

        test("${submission.name}: without a context, a task has an empty one") {
            onNewThread {
                submission.call(pool) { ThreadCells.current()?.isEmpty.also { v.set(2) } } to ThreadCells.current()
            } shouldBe (true to null)
        }

        test("${submission.name}: a task enters its own context") {
            submission.call(pool) { ThreadCells.current() } shouldNotBe ThreadCells.current()
            submission.call(pool) { runCatching { ThreadCells.current()!!.enter() }.isFailure } shouldBe true
        }
    }

    asynchronousSubmissions.forEach { submission ->
        test("${submission.name}: a task sees the values at its submission") {
            v.set(1)
            var seen: Int? = null
            val task = plain.whileBusy { submission.submit(pool) { seen = v.get() }.also { v.set(2) } }
            task.get(30, SECONDS)
            seen shouldBe 1
        }
    }

    listOf<Pair<String, ExecutorService.(List<Callable<Int>>) -> Any?>>(
        "invokeAll" to { tasks -> invokeAll(tasks).map { it.get() } },
        "invokeAll(timeout)" to { tasks -> invokeAll(tasks, 30, SECONDS).map { it.get() } },
    ).forEach { (name, invoke) ->
        test("$name: each task has its own copy") {
            v.set(1)
            pool.invoke(List(3) { Callable { v.get().also { seen -> v.set(seen + 1) } } }) shouldBe listOf(1, 1, 1)
        }
    }

    listOf<Pair<String, ExecutorService.(List<Callable<Int>>) -> Any?>>(
        "invokeAny" to { tasks -> invokeAny(tasks) },
        "invokeAny(timeout)" to { tasks -> invokeAny(tasks, 30, SECONDS) },
    ).forEach { (name, invoke) ->
        test("$name: a task does not see the values of a failed task before it") {
            v.set(1)
            val failing = Callable<Int> { v.set(2).run { error("no") } }
            pool.invoke(listOf(failing, Callable { v.get() })) shouldBe 1
        }
    }

    test("a task that CallerRunsPolicy runs on the submitter's thread has its own copy") {
        val full = ThreadPoolExecutor(1, 1, 0, SECONDS, SynchronousQueue(), threads)
        full.rejectedExecutionHandler = ThreadPoolExecutor.CallerRunsPolicy()
        v.set(1)
        full.whileBusy {
            ContextExecutors.wrap(full).submit(Callable { v.get().also { v.set(2) } }).get() shouldBe 1
            v.get() shouldBe 1
        }
        full.shutdown()
    }

    test("a RejectedExecutionException propagates and changes nothing") {
        val closed = ContextExecutors.wrap(Executors.newSingleThreadScheduledExecutor(threads))
        closed.shutdown()
        v.set(1)
        shouldThrow<RejectedExecutionException> { closed.execute { } }
        shouldThrow<RejectedExecutionException> { closed.submit { } }
        shouldThrow<RejectedExecutionException> { closed.schedule({ }, 1, SECONDS) }
        v.get() shouldBe 1
    }

    test("a wrapped Context runs tasks in copies of the submitter's context") {
        val ctx = Context()
        v.set(1)
        var seen: Int? = null
        ContextExecutors.wrap(ctx).execute { seen = v.get() }
        seen shouldBe 1
        ctx.isEmpty shouldBe true
    }

    /** Returns the results of the first three runs of a periodic task. An exception then ends it. */
    fun <T> Periodic.threeRuns(body: () -> T): List<T> {
        val seen = CopyOnWriteArrayList<T>()
        val task = plain.whileBusy {
            this(pool) {
                seen += body()
                check(seen.size < 3)
            }.also { v.set(-1) }
        }
        shouldThrow<ExecutionException> { task.get(30, SECONDS) }
        return seen
    }

    mapOf<String, Periodic>(
        "scheduleAtFixedRate" to { body -> scheduleAtFixedRate(body, 0, 1, MILLISECONDS) },
        "scheduleWithFixedDelay" to { body -> scheduleWithFixedDelay(body, 0, 1, MILLISECONDS) },
    ).forEach { (name, method) ->
        test("$name: each run sees the values at submission, in its own context") {
            v.set(1)
            method.threeRuns { v.get().also { v.set(it + 1) } } shouldContainExactly listOf(1, 1, 1)
            method.threeRuns { ThreadCells.current() }.toSet().size shouldBe 3
        }

        test("$name: each run has an empty context if the submitter has none") {
            onNewThread { method.threeRuns { ThreadCells.current()!!.isEmpty.also { v.set(1) } } } shouldContainExactly
                listOf(true, true, true)
        }

        test("$name: the future cancels the task") {
            val task = method(pool) {}
            task.cancel(false) shouldBe true
            task.isCancelled shouldBe true
        }
    }
})

/** A method that submits a task to an executor. The future is done when the task has completed. */
private class Submission(val name: String, val submit: ScheduledExecutorService.(body: () -> Unit) -> Future<*>) {
    /** Submits the body, waits for its completion and returns its result. */
    fun <T> call(executor: ScheduledExecutorService, body: () -> T): T {
        var result: Result<T>? = null
        submit(executor) { result = Result.success(body()) }.get(30, SECONDS)
        return result!!.getOrThrow()
    }
}

/** The methods that return before the task has completed. */
private val asynchronousSubmissions = listOf(
    Submission("execute") { body ->
        CompletableFuture<Unit>().also { done ->
            execute { runCatching(body).fold(done::complete, done::completeExceptionally) }
        }
    },
    Submission("submit(Runnable)") { body -> submit(Runnable { body() }) },
    Submission("submit(Runnable, result)") { body -> submit(Runnable { body() }, Unit) },
    Submission("submit(Callable)") { body -> submit(Callable { body() }) },
    Submission("schedule(Runnable)") { body -> schedule(Runnable { body() }, 1, MILLISECONDS) },
    Submission("schedule(Callable)") { body -> schedule(Callable { body() }, 1, MILLISECONDS) },
)

/** The methods that wait for the task. */
private val blockingSubmissions = listOf(
    Submission("invokeAll") { body -> invokeAll(listOf(Callable { body() })).single() },
    Submission("invokeAll(timeout)") { body -> invokeAll(listOf(Callable { body() }), 30, SECONDS).single() },
    Submission("invokeAny") { body -> completedFuture(invokeAny(listOf(Callable { body() }))) },
    Submission("invokeAny(timeout)") { body -> completedFuture(invokeAny(listOf(Callable { body() }), 30, SECONDS)) },
)
