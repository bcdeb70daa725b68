// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.testing.ThreadCells
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
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
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
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
import kotlin.coroutines.startCoroutine
import kotlin.time.Duration.Companion.minutes

/** The variable that most specs set. */
internal val user = ContextVar<String>("user", "nobody")

internal fun contextOf(name: String): Context = Context().also { it.run { user.set(name) } }

/** The context that is current on the calling thread. */
internal fun here(): Context? = ThreadCells.current()

/** Checks that this is another context than the given one, with the same values; returns it. */
internal infix fun Context?.shouldBeCopyOf(original: Context): Context {
    this shouldNotBeSameInstanceAs original
    this.shouldNotBeNull().asMap() shouldBe original.asMap()
    return this
}

/** A spec with two threads for coroutines. A test fails if a thread of this JVM has a context afterwards. */
abstract class CoroutineSpec(body: CoroutineSpec.() -> Unit) : FunSpec() {
    /** A dispatcher with its own thread, as is [two]. */
    val one = autoClose(worker("one"))
    val two = autoClose(worker("two"))

    init {
        afterEach { threadsShouldBeClean() }
        body()
    }

    /** A [coroutineTest] that runs on thread one in a context with the user "caller", and must exit it. */
    fun contextTest(name: String, body: suspend CoroutineScope.(ctx: Context) -> Unit) = coroutineTest(name) {
        val ctx = contextOf("caller")
        withContext(one + ctx.asElement()) { body(ctx) }
        here().shouldBeNull()
    }
}

/**
 * A test in a coroutine without another thread element. Kotest's own coroutine has some, but kotlinx.coroutines takes
 * another code path for a single element, as in production. The test fails if it hangs.
 */
internal fun FunSpec.coroutineTest(name: String, body: suspend CoroutineScope.() -> Unit) =
    test(name) { runBlocking { withTimeout(2.minutes, body) } }

/** The ways to run a block in a context: this library's function, and kotlinx.coroutines' as the reference. */
internal enum class InContext(private val text: String) {
    OURS("withContext(ctx)") {
        override suspend fun <T> invoke(ctx: Context, block: suspend CoroutineScope.() -> T): T =
            withContext(ctx, block)
    },
    KOTLINX("withContext(element)") {
        override suspend fun <T> invoke(ctx: Context, block: suspend CoroutineScope.() -> T): T =
            withContext(ctx.asElement(), block)
    }, ;

    abstract suspend operator fun <T> invoke(ctx: Context, block: suspend CoroutineScope.() -> T): T

    override fun toString() = text
}

/** Two tests of the same behavior: one for each function of [InContext]. */
internal fun FunSpec.inContextTest(name: String, body: suspend CoroutineScope.(inContext: InContext) -> Unit) =
    InContext.entries.forEach { inContext -> coroutineTest("$inContext $name") { body(inContext) } }

/** Checks after a test that no thread of this JVM has a context. A thread that has one fails only one test. */
internal fun threadsShouldBeClean() {
    if ((ThreadCells.dirtyThreads() - reported).isEmpty()) return
    val dirty = ThreadCells.dirtyThreadsAfter() - reported
    reported += dirty
    dirty.shouldBeEmpty()
}

private val reported = mutableSetOf<Thread>()

/** A dispatcher with its own thread, which lives until the spec has ended, so that leaks on it are found. */
internal fun worker(name: String): ExecutorCoroutineDispatcher =
    Executors.newSingleThreadExecutor { task -> Thread(task, name).apply { isDaemon = true } }.asCoroutineDispatcher()

/** Runs a block on this dispatcher's thread, outside of any coroutine. */
internal fun <T> ExecutorCoroutineDispatcher.call(block: () -> T): T {
    val result = CompletableFuture<T>()
    executor.execute { runCatching(block).fold(result::complete, result::completeExceptionally) }
    try {
        return result.get(30, TimeUnit.SECONDS) // times out if called on the thread itself
    } catch (failure: ExecutionException) {
        throw failure.cause ?: failure
    }
}

/**
 * Starts a coroutine on this dispatcher's thread, in the context or without one, and returns when it is suspended in
 * `pause()`, which it must call once and on this thread.
 *
 * A signal that a coroutine sends before it suspends does not prove that it is suspended. Here the single thread has
 * run another task since, so it has exited the coroutine and its context.
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

/** Suspends always, and is resumed by the executor: by default, on a new thread. */
internal suspend fun resumedElsewhere(executor: Executor = Executor { thread(block = it::run) }) =
    suspendCoroutineUninterceptedOrReturn<Unit> { caller ->
        val continuation = caller.intercepted()
        executor.execute { continuation.resume(Unit) }
        COROUTINE_SUSPENDED
    }

/** Starts the body as `suspend fun main` is started: without a dispatcher and without a Job. */
internal fun ExecutorCoroutineDispatcher.suspendMain(
    context: CoroutineContext = EmptyCoroutineContext,
    body: suspend () -> Unit,
) {
    val completed = CompletableFuture<Unit>()
    call {
        body.startCoroutine(Continuation(context) { it.fold(completed::complete, completed::completeExceptionally) })
    }
    completed.get(1, TimeUnit.MINUTES)
}

/** Counts dispatches. */
internal class CountingDispatcher(private val target: CoroutineDispatcher) : CoroutineDispatcher() {
    private val dispatches = AtomicInteger()

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        dispatches.incrementAndGet()
        target.dispatch(context, block)
    }

    /** Returns how many dispatches the block causes. */
    suspend fun dispatchesOf(block: suspend () -> Unit): Int {
        val before = dispatches.get()
        block()
        return dispatches.get() - before
    }
}

/** Runs a coroutine at once on its own thread, as Dispatchers.Main.immediate and Netty's event loop do. */
internal class ImmediateDispatcher(private val worker: ExecutorCoroutineDispatcher) : CoroutineDispatcher() {
    private val home = worker.call { Thread.currentThread() }

    override fun isDispatchNeeded(context: CoroutineContext) = Thread.currentThread() !== home

    override fun dispatch(context: CoroutineContext, block: Runnable) = worker.dispatch(context, block)
}

/** Runs coroutines on an executor, but is no dispatcher: kotlinx.coroutines installs no thread elements on dispatch. */
internal class ForeignInterceptor(private val executor: Executor) :
    AbstractCoroutineContextElement(ContinuationInterceptor),
    ContinuationInterceptor {
    override fun <T> interceptContinuation(continuation: Continuation<T>): Continuation<T> =
        Continuation(continuation.context) { result -> executor.execute { continuation.resumeWith(result) } }
}

/** The version of kotlinx.coroutines at run time. The tests are compiled with the oldest one. */
internal val coroutinesVersion: String =
    checkNotNull(Job::class.java.getResource("/META-INF/kotlinx_coroutines_core.version")).readText().trim()

/**
 * Checks that the block of a builder runs in `ctx` itself, before and after a suspension. Must be called in `ctx`. The
 * builder must run its block once, and return when the block has ended.
 */
internal suspend fun shouldRunIn(ctx: Context, builder: suspend (block: suspend () -> Unit) -> Unit) {
    builder {
        here() shouldBeSameInstanceAs ctx
        user.set("before the suspension")
        resumedElsewhere()
        here() shouldBeSameInstanceAs ctx
        user.get() shouldBe "before the suspension"
        user.set("after the suspension")
    }
    here() shouldBeSameInstanceAs ctx
    user.get() shouldBe "after the suspension"
    yield()
    here() shouldBeSameInstanceAs ctx
}

/**
 * Checks that the block of a builder runs in one copy of `ctx`, before and after a suspension, and that the caller's
 * context does not change. The builder must run its block once, and return when the block has ended.
 */
internal suspend fun shouldRunInCopyOf(ctx: Context, builder: suspend (block: suspend () -> Unit) -> Unit) {
    val caller = here()
    val before = ctx[user]
    var seen: Context? = null
    builder {
        val copy = here() shouldBeCopyOf ctx
        seen = copy
        user.set("before the suspension")
        resumedElsewhere()
        here() shouldBeSameInstanceAs copy
        user.get() shouldBe "before the suspension"
        user.set("after the suspension")
    }
    here() shouldBe caller
    ctx[user] shouldBe before
    seen.shouldNotBeNull()[user] shouldBe "after the suspension"
}
