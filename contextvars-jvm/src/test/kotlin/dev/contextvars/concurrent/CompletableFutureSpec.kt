// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.isolateEachTest
import dev.contextvars.testing.pollUntil
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletableFuture.delayedExecutor
import java.util.concurrent.CompletableFuture.supplyAsync
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.TimeUnit.SECONDS
import java.util.function.Function
import kotlin.concurrent.thread

/** When a stage takes its copy, and whose, if the executor of CompletableFuture's `…Async` methods is wrapped. */
class CompletableFutureSpec : FunSpec({
    isolateEachTest()
    val pool = Executors.newSingleThreadExecutor(poolThreads())
    val wrapped = ContextExecutors.wrap(pool)
    afterSpec { pool.shutdownNow() }

    val v = ContextVar("v", "no value")

    /** Returns what v is in the body that the future's maker is given. */
    fun seenBy(makeFuture: (body: () -> Unit) -> CompletableFuture<*>): String? {
        var seen: String? = null
        makeFuture { seen = v.get() }.get(30, SECONDS)
        return seen
    }

    fun CompletableFuture<Int>.complete(how: AsyncStage<*>) {
        if (how.afterFailure) completeExceptionally(IllegalStateException("no")) else complete(1)
    }

    asyncStarts.forEach { (name, start) ->
        test("$name sees the values of its caller") {
            v.set("caller's")
            seenBy { body -> start(wrapped, body).also { v.set("later") } } shouldBe "caller's"
        }

        test("$name leaves its caller's values as they are") {
            v.set("caller's")
            start(wrapped) { v.set("stage's") }.get(30, SECONDS)
            v.get() shouldBe "caller's"
        }
    }

    asyncStages.forEach { stage ->
        test("${stage.name} sees the values of the code that completes what it waits for") {
            val source = CompletableFuture<Int>()
            val other = if (stage.ofTwo) source else CompletableFuture()
            v.set("caller's")
            seenBy { body ->
                stage.after(source, other, wrapped, body = body).also {
                    Context().execute {
                        v.set("completer's")
                        source.complete(stage)
                        v.set("later")
                    }
                }
            } shouldBe "completer's"
        }

        test("${stage.name} sees the values of its caller, if what it waits for is complete") {
            val source = CompletableFuture<Int>()
            Context().execute {
                v.set("completer's")
                source.complete(stage)
            }
            v.set("caller's")
            seenBy { body -> stage.after(source, source, wrapped, body = body) } shouldBe "caller's"
        }

        test("${stage.name} of a wrapped function sees the values of its caller, whoever completes the other") {
            val source = CompletableFuture<Int>()
            v.set("caller's")
            seenBy { body ->
                stage.after(source, source, pool, Context.copyContext(), body).also {
                    v.set("later")
                    pool.execute { source.complete(stage) }
                }
            } shouldBe "caller's"
        }

        test("${stage.name} leaves the values of the code that completes what it waits for as they are") {
            val source = CompletableFuture<Int>()
            val stageEnd = stage.after(source, source, wrapped) { v.set("stage's") }
            v.set("completer's")
            source.complete(stage)
            stageEnd.get(30, SECONDS)
            v.get() shouldBe "completer's"
        }
    }

    asyncStages.filter { it.ofTwo }.forEach { stage ->
        test("${stage.name} sees the values of the code that completes the later one") {
            val (first, last) = List(2) { CompletableFuture<Int>() }
            seenBy { body ->
                stage.after(first, last, wrapped, body = body).also {
                    Context().execute { v.set("first's").also { first.complete(1) } }
                    Context().execute { v.set("last's").also { last.complete(1) } }
                }
            } shouldBe "last's"
        }
    }

    test("the methods looked at are all that have an executor") {
        val methods = CompletableFuture::class.java.methods
            .filter { Executor::class.java in it.parameterTypes && !it.isBridge }
            .map { it.name }
            .toSet()
        (asyncStarts.map { it.first } + asyncStages.map { it.name } + "delayedExecutor").toSet() shouldBe methods
    }

    test("a thread that waits for the future may hand over the stage, which then sees that thread's values") {
        val source = CompletableFuture<Int>()
        val (heldUp, handedOver) = List(2) { CountDownLatch(1) }
        val stage = source.thenApplyAsync({ v.get().also { handedOver.countDown() } }, wrapped)
        // Both threads see to what depends on the source, latest first; either one gets to one of these before the stage.
        val completer = Thread.currentThread()
        repeat(2) {
            source.thenRun {
                if (Thread.currentThread() === completer) heldUp.countDown().also { handedOver.await(30, SECONDS) }
                heldUp.await(30, SECONDS)
            }
        }
        val waiting = thread {
            v.set("waiting one's")
            source.get(30, SECONDS)
        }
        pollUntil { source.numberOfDependents == 4 } shouldBe true
        v.set("completer's")
        source.complete(1)
        stage.get(30, SECONDS) shouldBe "waiting one's"
        waiting.join()
    }

    test("a stage after one on a wrapped executor sees what that one left, and its caller sees none of it") {
        v.set("caller's")
        val second = pool.whileBusy {
            supplyAsync({ v.set("first's").oldValue }, wrapped).thenApplyAsync({ old -> v.get() to old }, wrapped)
        }
        second.get(30, SECONDS) shouldBe ("first's" to "caller's")
        v.get() shouldBe "caller's"
    }

    test("two stages after one each have a copy of what that one left") {
        val stages = pool.whileBusy {
            val first = supplyAsync({ v.set("first's") }, wrapped)
            List(2) { first.thenApplyAsync({ v.get().also { v.set("stage's") } }, wrapped) }
        }
        stages.map { it.get(30, SECONDS) } shouldBe listOf("first's", "first's")
    }

    test("a stage without Async runs in the very context of the code that completes the future") {
        val source = CompletableFuture<Int>()
        source.thenRun { v.set("stage's") }
        source.complete(1)
        v.get() shouldBe "stage's"
    }

    test("an executor that is delayed and then wrapped gives a task the values of its submitter") {
        v.set("caller's")
        val delayed = ContextExecutors.wrap(delayedExecutor(1, MILLISECONDS, pool))
        seenBy { body -> CompletableFuture.runAsync(body, delayed).also { v.set("later") } } shouldBe "caller's"
    }

    test("an executor that is wrapped and then delayed gives a task no values: the timer submits it") {
        v.set("caller's")
        val delayed = delayedExecutor(1, MILLISECONDS, wrapped)
        seenBy { body -> CompletableFuture.runAsync(body, delayed) } shouldBe "no value"
    }

    test("a stage after a future that a timer completes sees no values, and wrapped itself, those of its caller") {
        v.set("caller's")
        val future = CompletableFuture<Int>()
        val bare = future.thenApplyAsync({ v.get() }, wrapped)
        val own = future.thenApplyAsync(Context.copyContext().wrapFunction { v.get() }, pool)
        future.completeOnTimeout(1, 1, MILLISECONDS)
        listOf(bare, own).map { it.get(30, SECONDS) } shouldBe listOf("no value", "caller's")
    }
})
