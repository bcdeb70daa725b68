// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextContendedException
import dev.contextvars.ContextVar
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.resume
import kotlin.time.Duration.Companion.minutes

private const val ROUNDS = 200_000

/** Coroutines and threads in one context: parallel writes throw, and taking turns does not. */
class SharedContextSpec : FunSpec({
    val v = ContextVar("v", 0)

    afterEach { threadsShouldBeClean() }

    fun await(latch: CountDownLatch) = check(latch.await(30, TimeUnit.SECONDS)) { "timed out after 30 s" }

    coroutineTest("set throws in a coroutine that lost its context to another one") {
        val ctx = Context()
        val names = listOf("first", "second").iterator()
        val second = CompletableFuture<String>()
        Executors.newFixedThreadPool(2) { Thread(it, names.next()) }.asCoroutineDispatcher().use { pool ->
            val firstIsIn = CountDownLatch(1)
            val secondIsIn = CountDownLatch(1)
            val firstIsDone = CountDownLatch(1)
            coroutineScope {
                launch(ctx.asSharedElement() + pool) {
                    val token = v.set(1)
                    firstIsIn.countDown()
                    await(secondIsIn)
                    shouldThrow<IllegalStateException> { v.set(2) }
                    shouldThrow<ContextContendedException> { v.reset(token) }.message shouldContain
                        "cannot change $ctx on thread ${Thread.currentThread().name}: it is in use on thread ${second.get()}"
                    second.get() shouldNotBe Thread.currentThread().name
                    token.tryReset() shouldBe false
                    v.get() shouldBe 3
                    firstIsDone.countDown()
                }
                await(firstIsIn)
                launch(ctx.asSharedElement() + pool) {
                    v.set(3)
                    second.complete(Thread.currentThread().name)
                    secondIsIn.countDown()
                    await(firstIsDone)
                    v.set(4)
                }
            }
        }
        ctx[v] shouldBe 4
    }

    coroutineTest("set throws in a coroutine while a thread has entered its context") {
        val ctx = Context()
        val isIn = CountDownLatch(1)
        val isEntered = CountDownLatch(1)
        val isRejected = CountDownLatch(1)
        val isLeft = CountDownLatch(1)
        coroutineScope {
            launch(ctx.asSharedElement() + Dispatchers.IO) {
                v.set(1)
                isIn.countDown()
                await(isEntered)
                shouldThrow<ContextContendedException> { v.set(2) }.message shouldContain "in use on thread runner"
                isRejected.countDown()
                await(isLeft)
                v.set(4)
            }
            await(isIn)
            val runner = Thread({
                ctx.execute {
                    isEntered.countDown()
                    await(isRejected)
                    v.set(3)
                }
                isLeft.countDown()
            }, "runner")
            runner.start()
        }
        ctx[v] shouldBe 4
    }

    // ---- taking turns ----

    test("launch, join and then run succeeds $ROUNDS times") {
        val ctx = Context()
        inTime(Dispatchers.Default) {
            repeat(ROUNDS) {
                launch(ctx.asSharedElement()) { v.set(v.get() + 1) }.join()
                ctx.execute { v.set(v.get() + 1) }
            }
        }
        ctx[v] shouldBe 2 * ROUNDS
    }

    test("withContext and then run succeeds $ROUNDS times") {
        val ctx = Context()
        inTime(Dispatchers.Default) {
            repeat(ROUNDS) {
                withContext(Dispatchers.IO + ctx.asElement()) { v.set(v.get() + 1) }
                ctx.execute { v.set(v.get() + 1) }
            }
        }
        ctx[v] shouldBe 2 * ROUNDS
    }

    test("successive launches in one context succeed $ROUNDS times") {
        val ctx = Context()
        inTime(Dispatchers.Default) {
            repeat(ROUNDS) {
                launch(ctx.asSharedElement() + Dispatchers.IO) {
                    v.set(v.get() + 1)
                    if (it % 4 == 0) yield()
                    v.set(v.get() + 1)
                }.join()
            }
        }
        ctx[v] shouldBe 2 * ROUNDS
    }

    test("run succeeds in a joiner resumed by the coroutine, $ROUNDS times") {
        val ctx = Context()
        inTime(Dispatchers.Unconfined) {
            repeat(ROUNDS) {
                launch(ctx.asSharedElement() + Dispatchers.Default) { v.set(v.get() + 1) }.join()
                ctx.execute { v.set(v.get() + 1) }
            }
        }
        ctx[v] shouldBe 2 * ROUNDS
    }

    test("eight coroutines on one thread take $ROUNDS turns in one context") {
        val ctx = Context()
        inTime {
            repeat(8) {
                launch(ctx.asSharedElement()) {
                    repeat(ROUNDS / 8) {
                        v.set(v.get() + 1)
                        yield()
                    }
                }
            }
        }
        ctx[v] shouldBe ROUNDS
    }

    test("run by the thread that resumes a coroutine succeeds $ROUNDS times") {
        val ctx = Context()
        val waiting = Channel<Continuation<Unit>>(Channel.UNLIMITED)
        inTime {
            launch(ctx.asSharedElement() + Dispatchers.Default) {
                repeat(ROUNDS) {
                    v.set(v.get() + 1)
                    suspendCancellableCoroutine { waiting.trySend(it) }
                }
            }
            launch(Dispatchers.IO) {
                repeat(ROUNDS) {
                    val continuation = waiting.receive() // the thread that it was on may not have restored yet
                    ctx.execute { v.set(v.get() + 1) }
                    continuation.resume(Unit)
                }
            }
        }
        ctx[v] shouldBe 2 * ROUNDS
    }
})

/** Runs a coroutine without another thread element, and fails if it hangs. */
private fun inTime(context: CoroutineContext = EmptyCoroutineContext, body: suspend CoroutineScope.() -> Unit) =
    runBlocking(context) { withTimeout(2.minutes, body) }
