// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextContendedException
import dev.contextvars.ContextVar
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.resume
import kotlin.time.Duration.Companion.minutes

private const val ROUNDS = 50_000

/** Coroutines and threads in one context: parallel writes throw, and taking turns does not. */
class SharedContextSpec : CoroutineSpec({
    val v = ContextVar("v", 0)
    val barrier = CyclicBarrier(2)

    /** Blocks this thread until the other side has come to its next meeting, too. */
    fun meet() = barrier.await(30, TimeUnit.SECONDS)

    fun increment() = v.set(v.get() + 1)

    coroutineTest("set throws in a coroutine that lost its context to another one") {
        val ctx = Context()
        coroutineScope {
            launch(ctx.asSharedElement() + one) {
                val token = v.set(1)
                repeat(2) { meet() }
                shouldThrow<IllegalStateException> { v.set(2) }
                // The debug mode appends the coroutine to the names of threads.
                shouldThrow<ContextContendedException> { v.reset(token) }
                    .message
                    .orEmpty()
                    .replace(Regex(" @coroutine#\\d+"), "") shouldBe
                    "cannot change $ctx on thread one: it is in use on thread two"
                token.tryReset() shouldBe false
                v.get() shouldBe 3
                meet()
            }
            meet()
            launch(ctx.asSharedElement() + two) {
                v.set(3)
                repeat(2) { meet() }
                v.set(4)
            }
        }
        ctx[v] shouldBe 4
    }

    coroutineTest("set throws in a coroutine while a thread has entered its context") {
        val ctx = Context()
        coroutineScope {
            launch(ctx.asSharedElement() + one) {
                v.set(1)
                repeat(2) { meet() }
                shouldThrow<ContextContendedException> { v.set(2) }.message shouldContain "in use on thread runner"
                repeat(2) { meet() }
                v.set(4)
            }
            meet()
            thread(name = "runner") {
                ctx.execute {
                    repeat(2) { meet() }
                    v.set(3)
                }
                meet()
            }
        }
        ctx[v] shouldBe 4
    }

    // ---- taking turns ----

    /** A test whose body writes in one context, and returns how often. */
    fun turns(name: String, dispatcher: CoroutineContext, body: suspend CoroutineScope.(ctx: Context) -> Int) =
        test("$name always succeeds") {
            val ctx = Context()
            // Without another thread element.
            val writes = runBlocking(dispatcher) { withTimeout(2.minutes) { coroutineScope { body(ctx) } } }
            ctx[v] shouldBe writes
        }

    turns("launch, join and then run", Dispatchers.Default) { ctx ->
        repeat(ROUNDS) {
            launch(ctx.asSharedElement()) { increment() }.join()
            ctx.execute { increment() }
        }
        2 * ROUNDS
    }

    turns("withContext and then run", Dispatchers.Default) { ctx ->
        repeat(ROUNDS) {
            withContext(Dispatchers.IO + ctx.asElement()) { increment() }
            ctx.execute { increment() }
        }
        2 * ROUNDS
    }

    turns("each of 200,000 launches in one context", Dispatchers.Default) { ctx ->
        repeat(200_000) {
            launch(ctx.asSharedElement() + Dispatchers.IO) {
                increment()
                if (it % 4 == 0) yield()
                increment()
            }.join()
        }
        400_000
    }

    turns("run in a joiner resumed by the coroutine", Dispatchers.Unconfined) { ctx ->
        repeat(ROUNDS) {
            launch(ctx.asSharedElement() + Dispatchers.Default) { increment() }.join()
            ctx.execute { increment() }
        }
        2 * ROUNDS
    }

    turns("each turn of eight coroutines on one thread", EmptyCoroutineContext) { ctx ->
        repeat(8) {
            launch(ctx.asSharedElement()) {
                repeat(ROUNDS / 2) {
                    increment()
                    yield()
                }
            }
        }
        4 * ROUNDS
    }

    turns("run by the thread that resumes a coroutine", EmptyCoroutineContext) { ctx ->
        val waiting = Channel<Continuation<Unit>>(Channel.UNLIMITED)
        launch(ctx.asSharedElement() + Dispatchers.Default) {
            repeat(ROUNDS) {
                increment()
                suspendCancellableCoroutine { waiting.trySend(it) }
            }
        }
        launch(Dispatchers.IO) {
            repeat(ROUNDS) {
                val continuation = waiting.receive() // the thread that it was on may not have restored yet
                ctx.execute { increment() }
                continuation.resume(Unit)
            }
        }
        2 * ROUNDS
    }

    // From one thread, most hops to IO resume on another thread before the first one has restored.
    turns("a set after each of 200,000 hops between threads", one) { ctx ->
        launch(ctx.asSharedElement()) {
            repeat(100_000) { hop ->
                check(v.get() == 3 * hop)
                withContext(Dispatchers.IO) { increment() }
                check(v.get() == 3 * hop + 1)
                increment()
                yield()
                increment()
            }
        }
        300_000
    }
})
