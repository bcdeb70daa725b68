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
import java.lang.reflect.InvocationTargetException
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

    /** Returns what the body gives on a thread, made before `meanwhile` is done and started after it. */
    fun <T> onThreadOf(factory: ThreadFactory, meanwhile: () -> Unit = {}, body: () -> T): T {
        val result = CompletableFuture<Result<T>>()
        val thread = factory.newThread { result.complete(runCatching(body)) }
        meanwhile()
        thread.start()
        return result.get(30, SECONDS).getOrThrow()
    }

    test("a thread sees the values of the code that made it, as they were when it did") {
        v.set(1)
        onThreadOf(factory, meanwhile = { v.set(2) }) { v.get() } shouldBe 1
    }

    test("a thread's maker sees nothing that the thread sets") {
        v.set(1)
        onThreadOf(factory) { v.set(2) }
        v.get() shouldBe 1
    }

    test("a thread made without a context has an empty one, and its maker still has none") {
        onNewThread { onThreadOf(factory) { ThreadCells.current()?.isEmpty } to ThreadCells.current() } shouldBe
            (true to null)
    }

    test("the threads are those of the given factory") {
        factory.newThread { }.name shouldBe "pool-under-test"
    }

    test("a factory that refuses to make a thread still does") {
        ContextExecutors.threadFactory { null }.newThread { }.shouldBeNull()
    }

    test("a wrapped factory is returned as it is") {
        ContextExecutors.threadFactory(factory) shouldBeSameInstanceAs factory
    }

    test("no factory is refused, and the argument named") {
        val method = ContextExecutors::class.java.getMethod("threadFactory", ThreadFactory::class.java)
        shouldThrow<InvocationTargetException> { method.invoke(null, null) }.targetException.message shouldBe "factory"
    }

    test("no task is refused, and the argument named") {
        shouldThrow<NullPointerException> { factory.newThread(null) }.message shouldBe "task"
    }

    test("in a pool, a task sees the values of whoever made the thread necessary: not for pools") {
        val pool = Executors.newSingleThreadExecutor(factory)
        v.set(1)
        pool.submit { }.get(30, SECONDS)
        v.set(2)
        pool.submit(Callable { v.get() }).get(30, SECONDS) shouldBe 1
        pool.shutdown()
        pool.awaitTermination(30, SECONDS)
    }
})
