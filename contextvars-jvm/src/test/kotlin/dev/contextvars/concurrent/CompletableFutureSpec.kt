// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.isolateEachTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletableFuture.completedFuture
import java.util.concurrent.CompletableFuture.delayedExecutor
import java.util.concurrent.CompletableFuture.supplyAsync
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.TimeUnit.SECONDS

/** When a stage on a wrapped executor copies a context, and which one. */
class CompletableFutureSpec : FunSpec({
    isolateEachTest()
    val pool = Executors.newSingleThreadExecutor(poolThreads())
    val wrapped = ContextExecutors.wrap(pool)
    afterSpec { pool.shutdownNow() }

    val v = ContextVar("v", "no value")

    /** Returns the value of v in the body that the function passes to a stage. */
    fun seenBy(addStage: (body: () -> Unit) -> CompletableFuture<*>): String? {
        var seen: String? = null
        addStage { seen = v.get() }.get(30, SECONDS)
        return seen
    }

    fun CompletableFuture<Int>.complete(stage: AsyncStage) {
        if (stage.afterFailure) completeExceptionally(IllegalStateException("no")) else complete(1)
    }

    ASYNC_STARTS.forEach { (name, start) ->
        test("$name sees the values of its caller") {
            v.set("caller's")
            seenBy { body -> start(wrapped, body).also { v.set("later") } } shouldBe "caller's"
        }
    }

    ASYNC_STAGES.forEach { stage ->
        val name = stage.name

        test("$name sees the values of the code that completes its source") {
            val source = CompletableFuture<Int>()
            val other = if (stage.ofTwo) source else CompletableFuture()
            v.set("caller's")
            seenBy { body ->
                stage.add(source, other, body, wrapped).also {
                    Context().execute {
                        v.set("completer's")
                        source.complete(stage)
                        v.set("later")
                    }
                }
            } shouldBe "completer's"
        }

        test("$name sees the values of its caller if its source is complete") {
            val source = CompletableFuture<Int>()
            Context().execute {
                v.set("completer's")
                source.complete(stage)
            }
            v.set("caller's")
            seenBy { body -> stage.add(source, source, body, wrapped) } shouldBe "caller's"
        }
    }

    ASYNC_STAGES.filter { it.ofTwo }.forEach { stage ->
        test("${stage.name} sees the values of the code that completes its second source") {
            val (first, last) = List(2) { CompletableFuture<Int>() }
            seenBy { body ->
                stage.add(first, last, body, wrapped).also {
                    Context().execute { v.set("first's").also { first.complete(1) } }
                    Context().execute { v.set("last's").also { last.complete(1) } }
                }
            } shouldBe "last's"
        }
    }

    test("the tables contain every method that takes an executor") {
        val methods = CompletableFuture::class.java.methods
            .filter { Executor::class.java in it.parameterTypes && !it.isBridge }
            .map { it.name }
        ASYNC_STARTS.keys + ASYNC_STAGES.map { it.name } + "delayedExecutor" shouldBe methods.toSet()
    }

    test("a stage after a stage sees the values of the first one, and the caller does not") {
        v.set("caller's")
        val second = pool.whileBusy {
            supplyAsync({ v.set("first's").oldValue }, wrapped).thenApplyAsync({ old -> v.get() to old }, wrapped)
        }
        second.get(30, SECONDS) shouldBe ("first's" to "caller's")
        v.get() shouldBe "caller's"
    }

    test("a stage without Async runs in the context of the code that completes the future") {
        val source = CompletableFuture<Int>()
        source.thenRun { v.set("stage's") }
        source.complete(1)
        v.get() shouldBe "stage's"
    }

    test("a task of a wrapped delayed executor sees the submitter's values") {
        v.set("caller's")
        val delayed = ContextExecutors.wrap(delayedExecutor(1, MILLISECONDS, pool))
        seenBy { body -> CompletableFuture.runAsync(body, delayed).also { v.set("later") } } shouldBe "caller's"
    }

    test("a task of a delayed wrapped executor sees no values") {
        v.set("caller's")
        val delayed = delayedExecutor(1, MILLISECONDS, wrapped) // the timer submits the task
        seenBy { body -> CompletableFuture.runAsync(body, delayed) } shouldBe "no value"
    }

    test("a stage after a timeout sees no values, and a wrapped function sees its caller's") {
        v.set("caller's")
        val future = CompletableFuture<Int>()
        val plain = future.thenApplyAsync({ v.get() }, wrapped)
        val own = future.thenApplyAsync(Context.copyContext().wrapFunction { v.get() }, pool)
        future.completeOnTimeout(1, 1, MILLISECONDS)
        listOf(plain, own).map { it.get(30, SECONDS) } shouldBe listOf("no value", "caller's")
    }
})

/** A method `…Async(function, executor)` that adds a stage after one source, or two. The function calls the body. */
private class AsyncStage(
    val name: String,
    val afterFailure: Boolean = false,
    val ofTwo: Boolean = false,
    val add: CompletableFuture<Int>.(CompletableFuture<Int>, body: () -> Unit, Executor) -> CompletableFuture<*>,
)

private val ASYNC_STAGES = listOf(
    AsyncStage("thenApplyAsync") { _, body, on -> thenApplyAsync({ body() }, on) },
    AsyncStage("thenAcceptAsync") { _, body, on -> thenAcceptAsync({ body() }, on) },
    AsyncStage("thenRunAsync") { _, body, on -> thenRunAsync({ body() }, on) },
    AsyncStage("thenComposeAsync") { _, body, on -> thenComposeAsync({ completedFuture(body()) }, on) },
    AsyncStage("handleAsync") { _, body, on -> handleAsync({ _, _ -> body() }, on) },
    AsyncStage("whenCompleteAsync") { _, body, on -> whenCompleteAsync({ _, _ -> body() }, on) },
    AsyncStage(
        "exceptionallyAsync",
        afterFailure = true,
    ) { _, body, on -> exceptionallyAsync({ 0.also { body() } }, on) },
    AsyncStage("exceptionallyComposeAsync", afterFailure = true) { _, body, on ->
        exceptionallyComposeAsync({ completedFuture(0).also { body() } }, on)
    },
    AsyncStage("thenCombineAsync", ofTwo = true) { other, body, on -> thenCombineAsync(other, { _, _ -> body() }, on) },
    AsyncStage("thenAcceptBothAsync", ofTwo = true) { other, body, on ->
        thenAcceptBothAsync(other, { _, _ -> body() }, on)
    },
    AsyncStage("runAfterBothAsync", ofTwo = true) { other, body, on -> runAfterBothAsync(other, { body() }, on) },
    // The other source never completes in these three.
    AsyncStage("applyToEitherAsync") { _, body, on -> applyToEitherAsync(CompletableFuture(), { body() }, on) },
    AsyncStage("acceptEitherAsync") { _, body, on -> acceptEitherAsync(CompletableFuture(), { body() }, on) },
    AsyncStage("runAfterEitherAsync") { _, body, on -> runAfterEitherAsync(CompletableFuture<Int>(), { body() }, on) },
)

/** The methods that submit their function to the executor at once. */
private val ASYNC_STARTS = mapOf<String, (Executor, body: () -> Unit) -> CompletableFuture<*>>(
    "runAsync" to { on, body -> CompletableFuture.runAsync(body, on) },
    "supplyAsync" to { on, body -> supplyAsync(body, on) },
    "completeAsync" to { on, body -> CompletableFuture<Unit>().completeAsync(body, on) },
)
