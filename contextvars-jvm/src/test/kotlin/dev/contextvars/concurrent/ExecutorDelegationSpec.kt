// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import dev.contextvars.ContextVar
import dev.contextvars.isolateEachTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.util.concurrent.Callable
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executor
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.ScheduledExecutorService
import java.util.concurrent.TimeUnit.HOURS
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.TimeoutException

/** What a wrapper delegates to its executor. */
class ExecutorDelegationSpec : FunSpec({
    isolateEachTest()
    val threads = poolThreads()
    val plain = Executors.newSingleThreadScheduledExecutor(threads)
    val pool = ContextExecutors.wrap(plain)
    afterSpec { pool.shutdownNow() }

    val v = ContextVar("v", 0)

    fun newPool(): ScheduledExecutorService = Executors.newSingleThreadScheduledExecutor(threads)

    /** Returns an ExecutorService that is not a scheduler. From JDK 25 on, ForkJoinPool is one. */
    fun newService(): ExecutorService = Executors.unconfigurableExecutorService(newPool())

    test("wrap returns a wrapper unchanged, for every static type") {
        val (executor, service) = ContextExecutors.wrap(Executor { it.run() }) to ContextExecutors.wrap(newService())
        ContextExecutors.wrap(executor) shouldBeSameInstanceAs executor
        ContextExecutors.wrap(service) shouldBeSameInstanceAs service
        ContextExecutors.wrap(service as Executor) shouldBeSameInstanceAs service
        ContextExecutors.wrap(pool) shouldBeSameInstanceAs pool
        ContextExecutors.wrap(pool as ExecutorService) shouldBeSameInstanceAs pool
        ContextExecutors.wrap(pool as Executor) shouldBeSameInstanceAs pool
        service.shutdown()
    }

    test("wrap keeps the runtime type, for every static type") {
        ContextExecutors.wrap(plain as Executor).shouldBeInstanceOf<ScheduledExecutorService>()
        ContextExecutors.wrap(plain as ExecutorService).shouldBeInstanceOf<ScheduledExecutorService>()
        val service = newService()
        ContextExecutors.wrap(service as Executor).shouldBeInstanceOf<ExecutorService>()
        (ContextExecutors.wrap(service) is ScheduledExecutorService) shouldBe false
        service.shutdown()
    }

    test("invokeAll with a null task throws and runs none of them") {
        var ran = false
        shouldThrow<NullPointerException> { pool.invokeAll(listOf(Callable { ran = true }, null)) }.message shouldBe
            "task"
        plain.submit { }.get(30, SECONDS)
        ran shouldBe false
    }

    test("a future returns the task's result, or the submitted one") {
        pool.submit(Callable { 42 }).get(30, SECONDS) shouldBe 42
        pool.submit({ }, 42).get(30, SECONDS) shouldBe 42
        pool.invokeAll(listOf(Callable { 1 }, Callable { 2 })).map { it.get() } shouldBe listOf(1, 2)
        pool.invokeAny(listOf(Callable { 42 })) shouldBe 42
    }

    test("a future throws the task's exception unchanged") {
        val failure = IOException("disk")
        val futures = listOf(
            pool.submit(Callable { throw failure }),
            pool.submit(Runnable { throw failure }),
            pool.schedule(Callable { throw failure }, 1, MILLISECONDS),
            pool.invokeAll(listOf(Callable { throw failure })).single(),
        )
        futures.forEach {
            shouldThrow<ExecutionException> { it.get(30, SECONDS) }.cause shouldBeSameInstanceAs failure
        }
    }

    test("invokeAll and invokeAny time out") {
        val end = CountDownLatch(1)
        val endless = Callable { end.await(30, SECONDS) }
        pool.invokeAll(listOf(endless), 1, MILLISECONDS).single().isCancelled shouldBe true
        shouldThrow<TimeoutException> { pool.invokeAny(listOf(endless), 1, MILLISECONDS) }
        end.countDown()
    }

    test("a scheduled future returns the result and delay of its task and is comparable") {
        val future = pool.schedule(Callable { 42 }, 1, MILLISECONDS)
        future.get(30, SECONDS) shouldBe 42
        val (soon, later) = listOf(1L, 2L).map { pool.schedule({ }, it, HOURS) }
        later.getDelay(SECONDS) shouldBeGreaterThan 3_600L
        soon shouldBeLessThan later
        listOf(soon, later).map { it.cancel(false) } shouldBe listOf(true, true)
    }

    test("shutdown completes submitted tasks, and awaitTermination waits for them") {
        val closing = newPool()
        val wrapped = ContextExecutors.wrap(closing)
        var ran = false
        closing.whileBusy {
            wrapped.execute { ran = true }
            wrapped.isShutdown shouldBe false
            wrapped.shutdown()
            (wrapped.isShutdown to wrapped.isTerminated) shouldBe (true to false)
            wrapped.awaitTermination(1, MILLISECONDS) shouldBe false
        }
        wrapped.awaitTermination(30, SECONDS) shouldBe true
        wrapped.isTerminated shouldBe true
        ran shouldBe true
    }

    test("shutdownNow returns the waiting tasks, which still run in their copies") {
        val service = Executors.newFixedThreadPool(1, threads)
        val wrapped = ContextExecutors.wrap(service)
        var seen: Int? = null
        val entered = CountDownLatch(1)
        wrapped.execute { runCatching { entered.countDown().also { CountDownLatch(1).await() } } }
        entered.await(30, SECONDS)
        v.set(1)
        wrapped.execute { seen = v.get() }
        v.set(2)
        wrapped.shutdownNow().single().run()
        seen shouldBe 1
        wrapped.awaitTermination(30, SECONDS) shouldBe true
        wrapped.shutdownNow().shouldBeEmpty()
    }

    test("toString of a wrapper contains the text of its executor") {
        pool.toString() shouldContain plain.toString()
    }
})
