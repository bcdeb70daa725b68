// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.docs

import dev.contextvars.Context
import dev.contextvars.ContextContendedException
import dev.contextvars.ContextEnteredException
import dev.contextvars.ContextVar
import dev.contextvars.concurrent.ContextExecutors
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.asSharedElement
import dev.contextvars.coroutines.withContext
import dev.contextvars.coroutines.wrap
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.future.future
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import java.util.concurrent.Callable
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors

/** The Kotlin examples of docs/coming-from-python.md: each function is one. asyncio_examples.py has the others. */
@Suppress("unused") // called by name
object AsyncioExamples {
    private val counter = ContextVar("counter", 0)
    private val number = ContextVar<Number>("number")

    // snippet: functions
    private val user = ContextVar("user", "nobody")

    private suspend fun rename(name: String) {
        yield()
        user.set(name)
    }

    private suspend fun show() {
        yield()
        println(user.get())
    }
    // end: functions

    fun task() = runBlocking(Context().asElement()) {
        // snippet: task
        user.set("alice")
        launch { rename("bob") }.join()
        println(user.get()) // prints alice
        // end: task
    }

    fun itself() = runBlocking(Context().asElement()) {
        // snippet: itself
        val ctx = Context()
        launch(ctx.asSharedElement()) { rename("bob") }.join()
        println(ctx[user]) // prints bob
        // end: itself
    }

    fun call() = runBlocking(Context().asElement()) {
        // snippet: call
        user.set("alice")
        rename("bob")
        println(user.get()) // prints bob
        // end: call
    }

    fun timeout() = runBlocking(Context().asElement()) {
        // snippet: timeout
        withTimeout(60_000) { rename("bob") }
        println(user.get()) // prints bob
        // end: timeout
    }

    fun thread() = runBlocking(Context().asElement()) {
        // snippet: thread
        user.set("alice")
        withContext(Dispatchers.IO) { user.set("bob") }
        println(user.get()) // prints bob
        // end: thread
    }

    fun executor() = Context().execute {
        val threads = Executors.newSingleThreadExecutor()
        // snippet: executor
        user.set("alice")
        val pool = ContextExecutors.wrap(threads)
        println(pool.submit(Callable { user.get() }).get()) // prints alice
        // end: executor
        threads.shutdown()
    }

    fun callback() = runBlocking(Context().asElement()) {
        // snippet: callback
        user.set("alice")
        val job = launch { rename("bob") }
        job.invokeOnCompletion(Context.copyContext().wrap { _: Throwable? -> println(user.get()) }) // prints alice
        user.set("carol")
        job.join()
        // end: callback
    }

    fun root() = Context().execute {
        // snippet: root
        user.set("alice")
        runBlocking(Context.copyContext().asElement()) { show() } // prints alice
        runBlocking(Context.copyContext().asElement()) { rename("bob") }
        println(user.get()) // prints alice
        // end: root
    }

    fun runner() = Context().execute {
        // snippet: runner
        val session = Context.copyContext()
        runBlocking(session.asSharedElement()) { rename("bob") }
        runBlocking(session.asSharedElement()) { show() } // prints bob
        // end: runner
    }

    fun other() = runBlocking(Context().asElement()) {
        // snippet: other
        val ctx = Context().with(user, "bob")
        launch(ctx.asElement()) { show() }.join() // prints bob
        // end: other
    }

    fun eager() = runBlocking(Context().asElement()) {
        // snippet: eager
        user.set("alice")
        launch(start = CoroutineStart.UNDISPATCHED) {
            user.set("bob")
            println("at once: ${user.get()}") // prints at once: bob
        }
        println(user.get()) // prints alice
        // end: eager
    }

    fun shield() = runBlocking(Context().asElement()) {
        val scope = CoroutineScope(Dispatchers.Default)
        // snippet: shield
        user.set("alice")
        scope.async(Context.copyContext().asElement()) { rename("bob") }.await()
        println(user.get()) // prints alice
        // end: shield
    }

    fun uncancelled() = runBlocking(Context().asElement()) {
        // snippet: uncancelled
        user.set("alice")
        withContext(NonCancellable) { rename("bob") }
        println(user.get()) // prints bob
        // end: uncancelled
    }

    fun soon() {
        val threads = Executors.newSingleThreadExecutor()
        // snippet: soon
        val ctx = Context().with(user, "bob")
        val callback = threads.submit(ctx.wrap { println(user.get()) }) // prints bob
        // end: soon
        callback.get()
        threads.shutdown()
    }

    fun later() = runBlocking(Context().asElement()) {
        // snippet: later
        user.set("alice")
        val done = async {
            delay(10)
            user.get()
        }
        user.set("bob")
        println(done.await()) // prints alice
        // end: later
    }

    fun threadsafe() = Context().execute {
        val scope = CoroutineScope(Dispatchers.Default + Context().asElement())
        // snippet: threadsafe
        user.set("alice") // on a thread that runs no coroutine
        val done = scope.future(Context.copyContext().asElement()) { user.get() }
        println(done.get()) // prints alice
        // end: threadsafe
    }

    fun inspect() = runBlocking(Context().asElement()) {
        // snippet: inspect
        val ctx = Context.copyContext()
        launch(ctx.asSharedElement()) { rename("bob") }.join()
        println(ctx[user]) // prints bob
        // end: inspect
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    fun pair() = runBlocking(Context().asElement()) {
        // snippet: pair
        val ctx = Context()
        val oneAtATime = Dispatchers.Default.limitedParallelism(1)
        coroutineScope {
            repeat(2) {
                launch(ctx.asSharedElement() + oneAtATime) {
                    repeat(1000) {
                        counter.set(counter.get() + 1)
                        yield()
                    }
                }
            }
        }
        println(ctx[counter]) // prints 2000
        // end: pair
    }

    fun overlap() = runBlocking(Context().asElement()) {
        // snippet: overlap
        val ctx = Context()
        val firstRuns = CompletableDeferred<Unit>()
        val (secondRuns, firstIsDone) = List(2) { CountDownLatch(1) }
        val first = async(ctx.asSharedElement() + Dispatchers.Default) {
            firstRuns.complete(Unit)
            secondRuns.await() // blocks the thread: this coroutine does not suspend
            runCatching { user.set("first") }.exceptionOrNull().also { firstIsDone.countDown() }
        }
        firstRuns.await()
        launch(ctx.asSharedElement() + Dispatchers.Default) {
            secondRuns.countDown()
            firstIsDone.await()
        }
        println(first.await() is ContextContendedException) // prints true
        // end: overlap
    }

    fun equality() {
        // snippet: equality
        val a = Context().with(number, 1)
        val b = Context().with(number, 1)
        println(a == b) // prints false
        println(a.asMap() == b.asMap()) // prints true
        println(a.asMap() == Context().with(number, 1.0).asMap()) // prints false
        // end: equality
    }

    fun rejected() {
        // snippet: rejected
        val ctx = Context()
        ctx.execute {
            runBlocking(Context().asElement()) {
                runCatching { withContext(ctx) { println("never runs") } }
                    .onFailure { println(it is ContextEnteredException) } // prints true
                runCatching {
                    withContext(ctx.asElement()) {
                        user.set("bob")
                        println("runs in a copy") // prints runs in a copy
                    }
                }.onFailure { println(it is ContextEnteredException) } // prints true
            }
        }
        println(user in ctx) // prints false
        // end: rejected
    }
}
