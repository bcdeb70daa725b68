// SPDX-License-Identifier: Apache-2.0
@file:OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)

package outside

import dev.contextvars.Context
import dev.contextvars.ContextRequiredException
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.SharedThreads
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.withContext
import dev.contextvars.testing.ThreadCells
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.asExecutor
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.future.future
import kotlinx.coroutines.launch
import kotlinx.coroutines.newFixedThreadPoolContext
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.io.FileDescriptor
import java.io.FileOutputStream
import java.io.PrintStream
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.ForkJoinPool
import java.util.concurrent.TimeUnit
import java.util.stream.IntStream
import kotlin.concurrent.thread
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resume
import kotlin.coroutines.startCoroutine
import kotlin.system.exitProcess

/**
 * Programs that set a variable in different kinds of code; GuardTableSpec has the expected results.
 *
 * Not in the package dev.contextvars: strict mode would take the frames for the library's own.
 */
internal object GuardPrograms {
    private val v = ContextVar<String>("v")

    /** Completed once by the current program. */
    @Volatile
    private var result = CompletableFuture<String>()

    @JvmStatic
    fun main(args: Array<String>) {
        val out = PrintStream(FileOutputStream(FileDescriptor.out), true, Charsets.UTF_8)
        for ((kind, programs) in kinds) {
            for ((name, program) in programs) {
                result = CompletableFuture()
                thread { runCatching(program).onFailure(result::completeExceptionally) }.join()
                val outcome = runCatching { result.get(30, TimeUnit.SECONDS) }.getOrElse { "$it" }
                val dirty = ThreadCells.dirtyThreadsAfter()
                out.println("$kind: $name=$outcome${dirty.joinToString("") { ", and leaves a context on ${it.name}" }}")
            }
        }
        for ((name, program) in texts) {
            val text = CompletableFuture<String?>()
            thread { text.complete(runCatching(program).exceptionOrNull()?.message) }.join()
            out.println("text $name=${text.get(30, TimeUnit.SECONDS)}")
        }
        exitProcess(0) // all output is written; ends the remaining threads
    }

    /** Sets the variable, and leaves the thread without an implicit context. */
    private fun attempt(): String {
        val before = v.get("none")
        val isSetRejected = SharedThreads.isSetRejected()
        return try {
            val token = v.set("value")
            check(v.get() == "value")
            v.reset(token)
            check(!isSetRejected) { "isSetRejected was true" }
            "sets"
        } catch (rejected: ContextRequiredException) {
            check(rejected.variable === v && v.get("none") == before) { "a rejected set changed something" }
            check(isSetRejected) { "isSetRejected was false" }
            "throws"
        } finally {
            leaveNoImplicitContext()
        }
    }

    private fun leaveNoImplicitContext() {
        ContextSwap.current()?.takeIf(ContextSwap::isImplicit)?.let { ContextSwap.swap(null) }
    }

    private fun attemptOnce() {
        result.complete(attempt())
    }

    // ---- coroutines without a context, on shared threads ----

    private val withoutContext: Map<String, () -> Unit> = buildMap {
        put("launch on newFixedThreadPoolContext") {
            newFixedThreadPoolContext(1, "fixed").use { launchOn(it) }
        }
        put("async on a pool") { onPool { pool -> runBlocking { GlobalScope.async(pool) { attemptOnce() }.await() } } }
        put("future on a pool") { onPool { pool -> GlobalScope.future(pool) { attemptOnce() }.get() } }
        put("flowOn a pool") {
            onPool { pool -> runBlocking { flow { emit(attemptOnce()) }.flowOn(pool).first() } }
        }
        put("launch on an executor") { onPool { launchOn(it) } }
        put("after a delay on an executor") {
            onPool { pool ->
                runBlocking(pool) {
                    delay(1)
                    attemptOnce()
                }
            }
        }
        put("launch on a ForkJoinPool") { ForkJoinPool(1).closing { launchOn(it.asCoroutineDispatcher()) } }
        if (Runtime.version().feature() >= 21) {
            put("launch on virtual threads") { newVirtualThreads().closing { launchOn(it.asCoroutineDispatcher()) } }
        }
        put("suspend main after a delay") {
            suspendMain {
                suspendForCertain()
                attemptOnce()
            }
        }
        put("withContext(ctx) after a delay in suspend main") {
            suspendMain {
                withContext(Context()) {
                    suspendForCertain()
                    attemptOnce()
                }
            }
        }
        put("GlobalScope UNDISPATCHED on a plain thread") {
            GlobalScope.launch(start = CoroutineStart.UNDISPATCHED) { attemptOnce() }
        }
        put("GlobalScope Unconfined on a plain thread") { launchOn(Dispatchers.Unconfined) }
        put("invokeOnCompletion on a pool thread") {
            onPool { pool ->
                val job = GlobalScope.launch(pool, CoroutineStart.LAZY) { }
                job.invokeOnCompletion { attemptOnce() }
                runBlocking { job.join() }
                result.get(30, TimeUnit.SECONDS)
            }
        }
        put("Dispatchers.Default") { launchOn(Dispatchers.Default) }
        put("Dispatchers.IO") { launchOn(Dispatchers.IO) }
        put("a thread that SharedThreads knows") {
            val current = Thread.currentThread()
            SharedThreads.add { it === current }.use { attemptOnce() }
        }
        put("Dispatchers.IO.asExecutor()") { Dispatchers.IO.asExecutor().execute { attemptOnce() } }
    }

    // ---- coroutines that use their caller's thread or context ----

    private val blocking: Map<String, () -> Unit> = mapOf(
        "runBlocking" to { runBlocking { attemptOnce() } },
        "a child of runBlocking" to { runBlocking { launch { attemptOnce() }.join() } },
        "runTest" to { runTest { attemptOnce() } },
        "runBlocking on a thread with an implicit context" to {
            withImplicitContext { runBlocking { attemptOnce() } }
        },
        "a child of runBlocking on a thread with an implicit context" to {
            withImplicitContext { runBlocking { launch { attemptOnce() }.join() } }
        },
        "runTest on a thread with an implicit context" to { withImplicitContext { runTest { attemptOnce() } } },
        "runBlocking in ctx.run" to { Context().execute { runBlocking { attemptOnce() } } },
        "runBlocking in ctx.run, after a run of another context" to {
            Context().execute {
                runBlocking {
                    Context().execute { }
                    attemptOnce()
                }
            }
        },
        "runBlocking in a coroutine with an element" to { inElement { runBlocking { attemptOnce() } } },
        "GlobalScope UNDISPATCHED in a coroutine with an element" to {
            inElement { GlobalScope.launch(start = CoroutineStart.UNDISPATCHED) { attemptOnce() } }
        },
        "GlobalScope Unconfined in a coroutine with an element" to { inElement { launchOn(Dispatchers.Unconfined) } },
    )

    private val handlers: Map<String, () -> Unit> = mapOf(
        "an invokeOnCancellation handler" to {
            runBlocking(Context().asElement()) {
                val waiting = launch {
                    suspendCancellableCoroutine<Unit> { it.invokeOnCancellation { attemptOnce() } }
                }
                yield() // one thread: the child now waits
                waiting.cancel()
            }
        },
        "suspend main before its first suspension" to { suspendMain { attemptOnce() } },
    )

    // ---- legitimate programs ----

    private val legitimate: Map<String, () -> Unit> = mapOf(
        "a plain pool" to { Executors.newFixedThreadPool(1).closing { it.submit(::attemptOnce).get() } },
        "sequence" to { sequence { yield(attemptOnce()) }.first() },
        "DeepRecursiveFunction" to {
            DeepRecursiveFunction<Int, Unit> { depth -> if (depth == 0) attemptOnce() else callRecursive(depth - 1) }(9)
        },
        "a generator with startCoroutine" to {
            lateinit var generator: Continuation<Unit>
            suspend {
                suspendCoroutineUninterceptedOrReturn<Unit> { COROUTINE_SUSPENDED.also { _ -> generator = it } }
                attemptOnce()
            }.startCoroutine(Continuation(EmptyCoroutineContext) { it.getOrThrow() })
            generator.resume(Unit)
        },
        "CompletableFuture" to { CompletableFuture.runAsync(::attemptOnce).get() },
        "a parallel stream" to {
            val outcomes = IntStream
                .range(0, 100)
                .parallel()
                .mapToObj { attempt() }
                .toList()
            result.complete(outcomes.distinct().single())
        },
        "an element on every dispatcher" to {
            onPool { pool ->
                inElement {
                    val dispatchers = listOf(pool, Dispatchers.Default, Dispatchers.IO, Dispatchers.Unconfined)
                    val outcomes = dispatchers.map { async(it) { listOf(attempt(), yield().let { attempt() }) } }
                    result.complete(
                        outcomes
                            .awaitAll()
                            .flatten()
                            .distinct()
                            .single(),
                    )
                }
            }
        },
        "withContext(ctx)" to {
            runBlocking(Dispatchers.Default) {
                withContext(Context()) {
                    check(attempt() == "sets")
                    delay(1)
                    attemptOnce()
                }
            }
        },
        "ctx.run in a coroutine" to { runBlocking(Dispatchers.Default) { Context().execute { attemptOnce() } } },
        "ctx.run in a coroutine, after a nested run" to {
            runBlocking(Dispatchers.Default) {
                Context().execute {
                    Context().execute { }
                    attemptOnce()
                }
            }
        },
        "swap in a coroutine" to {
            runBlocking(Dispatchers.Default) {
                val before = ContextSwap.swap(Context())
                try {
                    attemptOnce()
                } finally {
                    ContextSwap.swap(before)
                }
            }
        },
        "enter and exit in a coroutine" to {
            runBlocking(Dispatchers.Default) {
                val context = Context()
                context.enter()
                try {
                    attemptOnce()
                } finally {
                    context.exit()
                }
            }
        },
        "an UNDISPATCHED child" to { inElement { launch(start = CoroutineStart.UNDISPATCHED) { attemptOnce() } } },
        "an Unconfined child" to {
            inElement {
                launch(Dispatchers.Unconfined) {
                    delay(1)
                    attemptOnce()
                }
            }
        },
        "runTest with an element" to { runTest(Context().asElement()) { delay(1).also { attemptOnce() } } },
        "flowOn an element" to {
            onPool { pool -> inElement { flow { emit(attemptOnce()) }.flowOn(pool + Context().asElement()).first() } }
        },
        "25,000 sets over hops" to {
            inElement {
                val outcomes = mutableSetOf<String>()
                repeat(250) { hop ->
                    withContext(if (hop % 2 == 0) Dispatchers.Default else Dispatchers.IO) {
                        repeat(100) { outcomes += attempt() }
                    }
                }
                result.complete(outcomes.single())
            }
        },
    )

    private val kinds = mapOf(
        "coroutines without a context" to withoutContext,
        "coroutines in a caller's thread or context" to blocking,
        "handlers and suspend main" to handlers,
        "legitimate programs" to legitimate,
    )

    private val texts: Map<String, () -> Unit> = mapOf(
        "without a context" to { runBlocking(Dispatchers.Default) { setAndClean() } },
        "in the context of other code" to { Context().execute { runBlocking { setAndClean() } } },
        "in runBlocking" to { runBlocking { setAndClean() } },
    )

    private fun setAndClean() {
        try {
            v.set("value")
        } finally {
            leaveNoImplicitContext()
        }
    }

    // ---- where the programs run ----

    private fun launchOn(dispatcher: CoroutineDispatcher) {
        GlobalScope.launch(dispatcher) { attemptOnce() }
        result.get(30, TimeUnit.SECONDS)
    }

    private fun onPool(body: (CoroutineDispatcher) -> Unit) =
        Executors.newFixedThreadPool(1).closing { body(it.asCoroutineDispatcher()) }

    private fun inElement(body: suspend CoroutineScope.() -> Unit) =
        runBlocking(Context().asElement(), body)

    private fun withImplicitContext(body: () -> Unit) {
        v.set("implicit")
        try {
            body()
        } finally {
            ContextSwap.swap(null)
        }
    }

    /** Starts the body as the compiler starts a `suspend fun main`: without a dispatcher. */
    private fun suspendMain(body: suspend () -> Unit) {
        val completed = CompletableFuture<Unit>()
        body.startCoroutine(
            Continuation(EmptyCoroutineContext) { it.fold(completed::complete, completed::completeExceptionally) },
        )
        completed.get(30, TimeUnit.SECONDS)
    }

    /** Suspends until another thread resumes: a short delay may end before the coroutine has suspended. */
    private suspend fun suspendForCertain() {
        val caller = Thread.currentThread()
        while (Thread.currentThread() === caller) delay(1)
    }

    private fun newVirtualThreads() =
        Executors::class.java.getMethod("newVirtualThreadPerTaskExecutor").invoke(null) as ExecutorService

    private fun <E : ExecutorService> E.closing(body: (E) -> Unit) {
        try {
            body(this)
        } finally {
            shutdown()
        }
    }
}
