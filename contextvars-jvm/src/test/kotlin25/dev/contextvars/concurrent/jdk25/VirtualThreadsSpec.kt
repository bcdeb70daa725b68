// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent.jdk25

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.concurrent.ContextExecutors
import dev.contextvars.isolateEachTest
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.util.concurrent.Callable
import java.util.concurrent.CountDownLatch
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.ForkJoinWorkerThread
import java.util.concurrent.TimeUnit.SECONDS

class VirtualThreadsSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar("v", 0)
    val factory = ContextExecutors.threadFactory(Thread.ofVirtual().factory())

    afterTest {
        // The carriers, which are ForkJoinPool workers, must not have a context.
        ThreadCells.dirtyThreads().filterIsInstance<ForkJoinWorkerThread>().shouldBeEmpty()
    }

    test("a virtual thread starts without a context") {
        v.set(1)
        var seen: Context? = Context()
        Thread.startVirtualThread { seen = ThreadCells.current() }.join()
        seen shouldBe null
    }

    listOf<Pair<String, () -> ExecutorService>>(
        "a wrapped executor" to
            { ContextExecutors.wrap(Executors.newVirtualThreadPerTaskExecutor()) },
        "a wrapped factory" to { Executors.newThreadPerTaskExecutor(factory) },
    ).forEach { (name, newExecutor) ->
        test("$name: a task sees the submitter's values and does not change them") {
            v.set(1)
            newExecutor().use { executor ->
                executor.submit(Callable { v.get().also { v.set(2) } }).get() shouldBe 1
                executor.invokeAll(List(3) { Callable { v.get().also { v.set(2) } } }).map { it.get() } shouldBe
                    listOf(1, 1, 1)
            }
            v.get() shouldBe 1
        }

        test("$name: each of 1,000 tasks keeps its values after it was parked") {
            val barrier = CyclicBarrier(1_000)
            newExecutor().use { executor ->
                val tasks = List(1_000) { number ->
                    v.set(number)
                    executor.submit(
                        Callable {
                            v.set(v.get() * 2)
                            repeat(3) { barrier.await(30, SECONDS) }
                            v.get()
                        },
                    )
                }
                tasks.map { it.get() } shouldBe List(1_000) { it * 2 }
            }
        }
    }

    test("a virtual thread of a wrapped factory sees the values of its creator") {
        v.set(1)
        var seen: Int? = null
        factory.newThread { seen = v.get() }.apply { start() }.join()
        seen shouldBe 1
    }

    test("run throws while a parked virtual thread is in the context") {
        val ctx = Context()
        val (entered, checked) = List(2) { CountDownLatch(1) }
        val thread = Thread.startVirtualThread {
            ctx.execute { entered.countDown().also { checked.await(30, SECONDS) } }
        }
        entered.await(30, SECONDS)
        runCatching { ctx.run { } }.isFailure shouldBe true
        checked.countDown()
        thread.join()
        ctx.run { 42 } shouldBe 42
    }
})
