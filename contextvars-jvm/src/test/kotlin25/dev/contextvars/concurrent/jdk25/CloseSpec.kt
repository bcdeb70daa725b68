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

/** ExecutorService.close, which exists since JDK 19. */
class CloseSpec : FunSpec({
    test("close waits for submitted tasks and terminates the wrapped executor") {
        val pool = Executors.newSingleThreadExecutor()
        val last = ContextExecutors.wrap(pool).use { wrapped ->
            wrapped.submit { }
            wrapped.submit(Callable { 42 })
        }
        pool.isTerminated shouldBe true
        last.resultNow() shouldBe 42
    }

    test("close on an interrupted thread cancels the tasks and keeps the interrupt") {
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

    test("close of the wrapped common pool has no effect") {
        val closing = thread { ContextExecutors.wrap(ForkJoinPool.commonPool() as ExecutorService).close() }
        closing.join(30_000)
        closing.isAlive shouldBe false
        ForkJoinPool.commonPool().isShutdown shouldBe false
    }

    test("close throws the exception of the wrapped executor's close") {
        val failure = IllegalStateException("no")
        val pool = Executors.newSingleThreadExecutor()
        val failing = object : ExecutorService by pool {
            override fun close() = throw failure
        }
        shouldThrow<IllegalStateException> { ContextExecutors.wrap(failing).close() } shouldBeSameInstanceAs failure
        pool.shutdown()
    }
})
