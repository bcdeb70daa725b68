// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withTimeout
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.Continuation
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.intercepted
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resume
import kotlin.time.Duration.Companion.minutes

/** The variable that the specs set. */
internal val user = ContextVar<String>("user", "nobody")

internal fun contextOf(name: String): Context = Context().also { it.run { user.set(name) } }

/** The context that is current on the calling thread. */
internal fun here(): Context? = ThreadCells.current()

/** Another context than the given one, which holds what that one holds now. */
internal infix fun Context?.shouldBeCopyOf(original: Context): Context {
    this shouldNotBeSameInstanceAs original
    this.shouldNotBeNull().asMap() shouldBe original.asMap()
    return this
}

/**
 * A test in a coroutine whose context has no thread element: in Kotest's there are some, and what is called for one
 * element alone, as in production, would never be tested. What waits for ever for something that failed, fails too.
 */
internal fun FunSpec.coroutineTest(name: String, body: suspend CoroutineScope.() -> Unit) =
    test(name) { runBlocking { withTimeout(2.minutes, body) } }

/** For after each test: no thread of this JVM holds a context. One that does fails one test, and not all that follow. */
internal fun threadsShouldBeClean() {
    if ((ThreadCells.dirtyThreads() - reported).isEmpty()) return
    val dirty = ThreadCells.dirtyThreadsAfter() - reported
    reported += dirty
    dirty.shouldBeEmpty()
}

private val reported = mutableSetOf<Thread>()

/** A dispatcher with a thread of its own, which lives until the spec is over: so that what is left on it is seen. */
internal fun worker(name: String): ExecutorCoroutineDispatcher =
    Executors.newSingleThreadExecutor { task -> Thread(task, name).apply { isDaemon = true } }.asCoroutineDispatcher()

/** Runs a block on this dispatcher's thread, with no coroutine around. */
internal fun <T> ExecutorCoroutineDispatcher.call(block: () -> T): T {
    val result = CompletableFuture<T>()
    executor.execute { runCatching(block).fold(result::complete, result::completeExceptionally) }
    try {
        return result.get(30, TimeUnit.SECONDS) // forever, if this is called on the thread itself
    } catch (failure: ExecutionException) {
        throw failure.cause ?: failure
    }
}

/**
 * Starts a coroutine on this dispatcher's thread, in the context or without one, and returns once it is suspended in
 * `pause()`, which it must call once and on this thread.
 *
 * A signal that a coroutine sends before it suspends does not prove that it has: on a busy machine it is still running
 * when the receiver continues. Here the one thread has run another task since, so it has left the coroutine and its
 * context.
 */
internal fun <T> ExecutorCoroutineDispatcher.pausedCoroutine(
    ctx: Context? = null,
    body: suspend (pause: suspend () -> Unit) -> T,
): PausedCoroutine<T> {
    val paused = CompletableFuture<Continuation<Unit>>()
    val block: suspend CoroutineScope.() -> T = { body { suspendCancellableCoroutine { paused.complete(it) } } }
    val element = ctx?.asSharedElement() ?: EmptyCoroutineContext
    val result = CoroutineScope(this + SupervisorJob()).async(element, block = block)
    result.invokeOnCompletion { paused.completeExceptionally(IllegalStateException("ended without a pause", it)) }
    val continuation = paused.get(30, TimeUnit.SECONDS)
    call { }
    return PausedCoroutine(continuation, result)
}

/** A coroutine that is suspended until [resume]. */
internal class PausedCoroutine<T>(
    private val continuation: Continuation<Unit>,
    private val result: Deferred<T>,
) {
    fun resume() = continuation.resume(Unit)

    suspend fun await(): T = result.await()
}

/** Suspends for certain, and is resumed by a thread that this coroutine knows nothing of. */
internal suspend fun resumedElsewhere() = suspendCoroutineUninterceptedOrReturn<Unit> { caller ->
    val continuation = caller.intercepted()
    thread { continuation.resume(Unit) }
    COROUTINE_SUSPENDED
}

/** Goes on in place on its own thread, as Dispatchers.Main.immediate and an event loop of Netty do. */
internal class ImmediateDispatcher(private val worker: ExecutorCoroutineDispatcher) : CoroutineDispatcher() {
    private val home = worker.call { Thread.currentThread() }

    override fun isDispatchNeeded(context: CoroutineContext) = Thread.currentThread() !== home

    override fun dispatch(context: CoroutineContext, block: Runnable) = worker.dispatch(context, block)
}

/** Moves coroutines to an executor without being a dispatcher: kotlinx.coroutines then installs no thread elements. */
internal class ForeignInterceptor(private val executor: Executor) :
    AbstractCoroutineContextElement(ContinuationInterceptor),
    ContinuationInterceptor {
    override fun <T> interceptContinuation(continuation: Continuation<T>): Continuation<T> =
        Continuation(continuation.context) { result -> executor.execute { continuation.resumeWith(result) } }
}

/** The version of kotlinx.coroutines that these tests run with, which is not always the one they were compiled with. */
internal val coroutinesVersion: String =
    checkNotNull(Job::class.java.getResource("/META-INF/kotlinx_coroutines_core.version")).readText().trim()
