// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent.jdk25

import dev.contextvars.concurrent.ContextExecutors
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.concurrent.Callable
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.ForkJoinPool
import java.util.concurrent.TimeUnit.SECONDS
import kotlin.concurrent.thread

/** ExecutorService.close, which came with JDK 19. */
class CloseSpec : FunSpec({
    test("close waits for the tasks that were submitted, and leaves the wrapped executor terminated") {
        val pool = Executors.newSingleThreadExecutor()
        val last = ContextExecutors.wrap(pool).use { wrapped ->
            wrapped.submit { }
            wrapped.submit(Callable { 42 })
        }
        pool.isTerminated shouldBe true
        last.resultNow() shouldBe 42
    }

    test("close by a thread that is interrupted stops the tasks, and leaves it interrupted") {
        val pool = Executors.newSingleThreadExecutor()
        val started = CountDownLatch(1)
        val task = pool.submit { started.countDown().also { CountDownLatch(1).await() } }
        started.await(30, SECONDS)
        var interrupted = false
        thread {
            Thread.currentThread().interrupt()
            ContextExecutors.wrap(pool).close()
            interrupted = Thread.interrupted()
        }.join(30_000)
        interrupted shouldBe true
        runCatching { task.get() }.isFailure shouldBe true
    }

    test("close of the common pool returns at once and leaves it running, as its own does") {
        val closing = thread { ContextExecutors.wrap(ForkJoinPool.commonPool() as ExecutorService).close() }
        closing.join(30_000)
        closing.isAlive shouldBe false
        ForkJoinPool.commonPool().isShutdown shouldBe false
    }

    test("an exception of the wrapped executor's close passes unchanged") {
        val failure = IllegalStateException("no")
        val pool = Executors.newSingleThreadExecutor()
        val refusing = object : ExecutorService by pool {
            override fun close() = throw failure
        }
        shouldThrow<IllegalStateException> { ContextExecutors.wrap(refusing).close() } shouldBeSameInstanceAs failure
        pool.shutdown()
    }
})
