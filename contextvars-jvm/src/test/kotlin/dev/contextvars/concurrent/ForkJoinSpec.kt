// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.isolateEachTest
import dev.contextvars.testing.ThreadCells
import dev.contextvars.testing.pollUntil
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import java.util.concurrent.Callable
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.ForkJoinPool
import java.util.concurrent.ForkJoinTask
import java.util.concurrent.ForkJoinWorkerThread
import java.util.concurrent.TimeUnit.SECONDS
import java.util.function.Supplier
import kotlin.concurrent.thread

/** The contexts of tasks in a ForkJoinPool, and of the parallel streams that run in one. */
class ForkJoinSpec : FunSpec({
    isolateEachTest()
    val plain = ForkJoinPool(2)
    val pool = ContextExecutors.wrap(plain)

    val v = ContextVar("v", "no value")

    fun dirtyWorkers() = ThreadCells.dirtyThreads().filter { it is ForkJoinWorkerThread && it.pool === plain }

    afterTest {
        if (!pollUntil { dirtyWorkers().isEmpty() }) dirtyWorkers().shouldBeEmpty()
    }
    afterSpec { plain.shutdownNow() }

    /** Runs the body in two tasks at the same time, so on both workers, and returns the results. */
    fun <T> forkedOnBothWorkers(body: () -> T): List<T> {
        val bothRun = CyclicBarrier(2)
        val task = { ForkJoinTask.adapt(Callable { bothRun.await(30, SECONDS).let { body() } }) }
        return ForkJoinTask.invokeAll(listOf(task(), task())).map { it.join() }
    }

    fun <T> streamedOnBothWorkers(body: () -> T): List<T> {
        val bothRun = CyclicBarrier(2)
        return listOf(1, 2).parallelStream().map { bothRun.await(30, SECONDS).let { body() } }.toList()
    }

    listOf<Pair<String, (() -> Any?) -> List<Any?>>>(
        "forked tasks" to ::forkedOnBothWorkers,
        "parallel stream functions" to ::streamedOnBothWorkers,
    ).forEach { (what, onBothWorkers) ->
        test("$what see the task's values only on the task's own thread") {
            v.set("submitter's")
            pool.submit(Callable { onBothWorkers { v.get() } }).get(30, SECONDS) shouldContainExactlyInAnyOrder
                listOf("submitter's", "no value")
        }

        test("$what in copies of the context see the task's values") {
            v.set("submitter's")
            val seen = pool.submit(
                Callable {
                    val here = Context.copyContext()
                    val price = { v.get().also { v.set("changed") } }
                    onBothWorkers { here.copy().run(Supplier { price() }) } + v.get()
                },
            )
            seen.get(30, SECONDS) shouldContainExactly List(3) { "submitter's" }
        }
    }

    test("a task of the unwrapped pool sees the values of a waiting task that runs it") {
        val single = ForkJoinPool(1)
        v.set("submitter's")
        val seen = ContextExecutors.wrap(single).submit(
            Callable {
                val unwrapped = ForkJoinTask.adapt(Callable { v.get() })
                thread { single.execute(unwrapped) }.join() // from outside, so that the pool starts no other worker
                ForkJoinTask.helpQuiesce()
                unwrapped.get(30, SECONDS)
            },
        )
        seen.get(30, SECONDS) shouldBe "submitter's"
        single.shutdown()
    }

    test("a task of the wrapped pool has its own copy, even on a waiting worker") {
        val single = ForkJoinPool(1)
        val wrapped = ContextExecutors.wrap(single)
        val seen = wrapped.submit(
            Callable {
                v.set("outer's")
                val inner = wrapped.submit(Callable { v.get().also { v.set("inner's") } })
                v.set("later")
                inner.get(30, SECONDS) to v.get()
            },
        )
        seen.get(30, SECONDS) shouldBe ("outer's" to "later")
        single.shutdown()
    }
})
