// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.isolateEachTest
import dev.contextvars.onNewThread
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.util.concurrent.Callable
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit.SECONDS

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

    test("a task that a task submits sees the values of that task") {
        v.set(1)
        val seen = pool.submit(
            Callable {
                v.set(2)
                pool.submit(Callable { v.get() })
            },
        )
        seen.get(30, SECONDS).get(30, SECONDS) shouldBe 2
    }

    test("a wrapped direct executor runs tasks in copies") {
        v.set(1)
        val direct = ContextExecutors.wrap { it.run() }
        direct.execute { v.set(2) }
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
})
