// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.future.asCompletableFuture
import kotlinx.coroutines.future.asDeferred
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.io.IOException
import java.util.concurrent.CompletableFuture

/** Coroutines and CompletableFuture: await keeps the context, and a future's tasks have none. */
class FutureSpec : FunSpec({
    val one = autoClose(worker("future-1"))
    val two = autoClose(worker("future-2"))

    afterEach { threadsShouldBeClean() }

    coroutineTest("await keeps the context when any thread completes the future") {
        val ctx = contextOf("waiting")
        withContext(one + ctx.asElement()) {
            repeat(100) { n ->
                user.set("$n")
                CompletableFuture.supplyAsync({ n }, two.executor).await() shouldBe n
                here() shouldBeSameInstanceAs ctx
                user.get() shouldBe "$n"
            }
            val completed = CompletableFuture.completedFuture(1)
            completed.await()
            completed.asDeferred().await()
            here() shouldBeSameInstanceAs ctx
        }
    }

    coroutineTest("await that fails keeps the context") {
        val ctx = contextOf("waiting")
        withContext(one + ctx.asElement()) {
            val failing = CompletableFuture<Int>()
            launch(two) { failing.completeExceptionally(IOException("no")) }
            shouldThrow<IOException> { failing.await() }
            here() shouldBeSameInstanceAs ctx
        }
    }

    coroutineTest("a task of supplyAsync has no context") {
        withContext(one + contextOf("caller").asElement()) {
            CompletableFuture.supplyAsync({ here() }, two.executor).await().shouldBeNull()
        }
    }

    coroutineTest("future { } runs in a copy") {
        val ctx = contextOf("scope")
        CoroutineScope(one + ctx.asElement())
            .future {
                val copy = here() shouldBeCopyOf ctx
                shouldRunIn(copy) { it() }
            }.await()
        ctx[user] shouldBe "scope"
    }

    // Callbacks run on the completing thread. ctx.wrap would run them in ctx.
    coroutineTest("a stage of a coroutine's future runs in the coroutine's context") {
        val ctx = contextOf("scope")
        val started = CompletableDeferred<Unit>()
        val inside = CompletableDeferred<Context?>()
        val future = CoroutineScope(one + ctx.asElement()).future {
            inside.complete(here())
            started.await()
        }
        val stage = future.thenApply { here() }
        started.complete(Unit)
        stage.await() shouldBeSameInstanceAs inside.await()
    }

    coroutineTest("asCompletableFuture keeps the context of the waiting coroutine") {
        val ctx = contextOf("alice")
        withContext(one + ctx.asElement()) {
            val job = launch(two) {
                user.set("child")
                yield()
            }
            job.asCompletableFuture().await()
            here() shouldBeSameInstanceAs ctx
            user.get() shouldBe "alice"
        }
    }
})
