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
import java.lang.reflect.InvocationTargetException
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

/** What a wrapped executor leaves to the one it wraps. */
class ExecutorDelegationSpec : FunSpec({
    isolateEachTest()
    val threads = poolThreads()
    val plain = Executors.newSingleThreadScheduledExecutor(threads)
    val pool = ContextExecutors.wrap(plain)
    afterSpec { pool.shutdownNow() }

    val v = ContextVar("v", 0)

    fun newPool(): ScheduledExecutorService = Executors.newSingleThreadScheduledExecutor(threads)

    /** A pool service that is no scheduler, before JDK 25 made one of the ForkJoinPool too. */
    fun newService(): ExecutorService = Executors.unconfigurableExecutorService(newPool())

    test("a wrapped executor is returned as it is, by whatever type it is known") {
        val (executor, service) = ContextExecutors.wrap(Executor { it.run() }) to ContextExecutors.wrap(newService())
        ContextExecutors.wrap(executor) shouldBeSameInstanceAs executor
        ContextExecutors.wrap(service) shouldBeSameInstanceAs service
        ContextExecutors.wrap(service as Executor) shouldBeSameInstanceAs service
        ContextExecutors.wrap(pool) shouldBeSameInstanceAs pool
        ContextExecutors.wrap(pool as ExecutorService) shouldBeSameInstanceAs pool
        ContextExecutors.wrap(pool as Executor) shouldBeSameInstanceAs pool
        service.shutdown()
    }

    test("what is wrapped can still do what it could, by whatever type it is known") {
        ContextExecutors.wrap(plain as Executor).shouldBeInstanceOf<ScheduledExecutorService>()
        ContextExecutors.wrap(plain as ExecutorService).shouldBeInstanceOf<ScheduledExecutorService>()
        val service = newService()
        ContextExecutors.wrap(service as Executor).shouldBeInstanceOf<ExecutorService>()
        (ContextExecutors.wrap(service) is ScheduledExecutorService) shouldBe false
        service.shutdown()
    }

    test("no executor is refused, and the argument named") {
        shouldThrow<NullPointerException> { nullIn(Executor::class.java) }.message shouldBe "executor"
        shouldThrow<NullPointerException> { nullIn(ExecutorService::class.java) }.message shouldBe "executor"
        shouldThrow<NullPointerException> { nullIn(ScheduledExecutorService::class.java) }.message shouldBe "executor"
    }

    listOf<Triple<String, String, ScheduledExecutorService.() -> Any?>>(
        Triple("execute", "task") { execute(null as Runnable?) },
        Triple("submit(Runnable)", "task") { submit(null as Runnable?) },
        Triple("submit(Runnable, result)", "task") { submit(null as Runnable?, 1) },
        Triple("submit(Callable)", "task") { submit(null as Callable<Int>?) },
        Triple("schedule(Runnable)", "task") { schedule(null as Runnable?, 1, SECONDS) },
        Triple("schedule(Callable)", "task") { schedule(null as Callable<Int>?, 1, SECONDS) },
        Triple("invokeAll", "tasks") { invokeAll(null as List<Callable<Int>>?) },
        Triple("invokeAll(timeout)", "tasks") { invokeAll(null as List<Callable<Int>>?, 1, SECONDS) },
        Triple("invokeAny", "tasks") { invokeAny(null as List<Callable<Int>>?) },
        Triple("invokeAny(timeout)", "tasks") { invokeAny(null as List<Callable<Int>>?, 1, SECONDS) },
    ).forEach { (name, argument, call) ->
        test("$name of nothing is refused, and the argument named") {
            shouldThrow<NullPointerException> { pool.call() }.message shouldBe argument
        }
    }

    test("invokeAll with a null among its tasks runs none of them") {
        var ran = false
        shouldThrow<NullPointerException> { pool.invokeAll(listOf(Callable { ran = true }, null)) }.message shouldBe
            "task"
        plain.submit { }.get(30, SECONDS)
        ran shouldBe false
    }

    test("a future gives the task's value, or the one that was submitted with it") {
        pool.submit(Callable { 42 }).get(30, SECONDS) shouldBe 42
        pool.submit({ }, 42).get(30, SECONDS) shouldBe 42
        pool.invokeAll(listOf(Callable { 1 }, Callable { 2 })).map { it.get() } shouldBe listOf(1, 2)
        pool.invokeAny(listOf(Callable { 42 })) shouldBe 42
    }

    test("a future gives the task's exception unchanged") {
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

    test("invokeAll and invokeAny keep to their time") {
        val end = CountDownLatch(1)
        val endless = Callable { end.await(30, SECONDS) }
        pool.invokeAll(listOf(endless), 1, MILLISECONDS).single().isCancelled shouldBe true
        shouldThrow<TimeoutException> { pool.invokeAny(listOf(endless), 1, MILLISECONDS) }
        end.countDown()
    }

    test("a scheduled future has the value and the delay of its task, and their order") {
        val future = pool.schedule(Callable { 42 }, 1, MILLISECONDS)
        future.get(30, SECONDS) shouldBe 42
        val (soon, later) = listOf(1L, 2L).map { pool.schedule({ }, it, HOURS) }
        later.getDelay(SECONDS) shouldBeGreaterThan 3_600L
        soon shouldBeLessThan later
        listOf(soon, later).map { it.cancel(false) } shouldBe listOf(true, true)
    }

    test("shutdown lets the tasks that were submitted end, and awaitTermination waits for them") {
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

    test("shutdownNow returns the tasks that did not start, which still run in their copies") {
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

    test("the text of a wrapped executor has the wrapped one's") {
        pool.toString() shouldContain plain.toString()
    }
})

private fun nullIn(type: Class<*>) = try {
    ContextExecutors::class.java.getMethod("wrap", type).invoke(null, null)
} catch (e: InvocationTargetException) {
    throw e.targetException
}
