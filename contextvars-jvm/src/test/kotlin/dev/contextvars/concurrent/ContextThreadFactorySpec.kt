// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import dev.contextvars.ContextVar
import dev.contextvars.isolateEachTest
import dev.contextvars.onNewThread
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.concurrent.ThreadFactory
import java.util.concurrent.TimeUnit.SECONDS

class ContextThreadFactorySpec : FunSpec({
    isolateEachTest()
    val threads = poolThreads()
    val factory = ContextExecutors.threadFactory(threads)

    val v = ContextVar("v", 0)

    /** Returns the body's result on a thread that is created before `meanwhile` and started after it. */
    fun <T> onThreadOf(factory: ThreadFactory, meanwhile: () -> Unit = {}, body: () -> T): T {
        val result = CompletableFuture<Result<T>>()
        val thread = factory.newThread { result.complete(runCatching(body)) }
        meanwhile()
        thread.start()
        return result.get(30, SECONDS).getOrThrow()
    }

    test("a thread sees the values at its creation") {
        v.set(1)
        onThreadOf(factory, meanwhile = { v.set(2) }) { v.get() } shouldBe 1
    }

    test("a thread does not change the values of its creator") {
        v.set(1)
        onThreadOf(factory) { v.set(2) }
        v.get() shouldBe 1
    }

    test("a thread created without a context has an empty one") {
        onNewThread { onThreadOf(factory) { ThreadCells.current()?.isEmpty } to ThreadCells.current() } shouldBe
            (true to null)
    }

    test("newThread returns a thread of the wrapped factory") {
        factory.newThread { }.name shouldBe "pool-under-test"
    }

    test("newThread returns null if the wrapped factory does") {
        ContextExecutors.threadFactory { null }.newThread { }.shouldBeNull()
    }

    test("threadFactory returns an already wrapped factory unchanged") {
        ContextExecutors.threadFactory(factory) shouldBeSameInstanceAs factory
    }

    test("newThread(null) throws and names the argument") {
        shouldThrow<NullPointerException> { factory.newThread(null) }.message shouldBe "task"
    }

    test("a pool task sees the values at the creation of its thread, not at its submission") {
        val pool = Executors.newSingleThreadExecutor(factory)
        v.set(1)
        pool.submit { }.get(30, SECONDS)
        v.set(2)
        pool.submit(Callable { v.get() }).get(30, SECONDS) shouldBe 1
        pool.shutdown()
        pool.awaitTermination(30, SECONDS)
    }
})
