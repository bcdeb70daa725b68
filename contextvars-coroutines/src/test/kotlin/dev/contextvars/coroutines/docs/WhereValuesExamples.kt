// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.docs

import dev.contextvars.Context
import dev.contextvars.ContextRequiredException
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.resumedElsewhere
import dev.contextvars.coroutines.withContext
import dev.contextvars.coroutines.withValue
import dev.contextvars.coroutines.wrap
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.launch
import kotlinx.coroutines.reactor.mono
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine

/** The Kotlin examples of docs/where-values-do-not-follow.md: each function is one. */
@Suppress("unused") // called by name
object WhereValuesExamples {
    private val user = ContextVar<String>("user")

    fun withoutElement() = runBlocking(Context().asElement()) {
        // snippet: withoutElement
        user.set("alice")
        val scope = CoroutineScope(Dispatchers.Default) // has no element
        println(scope.async { user.getOrNull() }.await()) // prints null
        val failure = scope.async { runCatching { user.set("bob") }.exceptionOrNull() }.await()
        println(failure is ContextRequiredException) // prints true
        // end: withoutElement
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    fun children() = runBlocking(Context().asElement()) {
        // snippet: children
        user.set("alice")
        launch { user.set("bob") }.join()
        println(user.get()) // prints alice
        flowOf(1).collectLatest { user.set("bob") }
        println(user.get()) // prints alice
        flowOf(1).onEach { user.set("bob") }.collect()
        println(user.get()) // prints bob
        // end: children
    }

    fun insideRun() = runBlocking(Context().asElement()) {
        val scope = CoroutineScope(Dispatchers.Default + Context().asElement())
        // snippet: insideRun
        val ctx = Context().with(user, "alice")
        ctx.run { scope.async { println(user.getOrNull()) } }.await() // prints null
        ctx.run { scope.async(ctx.copy().asElement()) { println(user.get()) } }.await() // prints alice
        // end: insideRun
    }

    fun generators() = runBlocking(Context().asElement()) {
        // snippet: generators
        user.set("consumer")
        val names = flow { user.withValue("generator") { emit(1) } }
        names.collect { println(user.get()) } // prints generator
        names.collect { user.set("changed by the consumer") }
        println(user.get()) // prints consumer
        names.buffer().collect { println(user.get()) } // prints consumer
        // end: generators
    }

    fun handlers() = runBlocking(Context().asElement()) {
        // snippet: handlers
        val job = Job()
        user.set("alice")
        job.invokeOnCompletion { println(user.get()) } // prints bob
        job.invokeOnCompletion(Context.copyContext().wrap { _: Throwable? -> println(user.get()) }) // prints alice
        user.set("bob")
        job.complete()
        // end: handlers
    }

    fun publishers() = Context().execute {
        // snippet: publishers
        val ctx = Context().with(user, "alice")
        val later = mono(ctx.asElement()) { user.get() }
        val frozen = mono(ctx.copy().asElement()) { user.get() }
        ctx.execute { user.set("bob") }
        println(later.block()) // prints bob
        println(frozen.block()) // prints alice
        // end: publishers
    }

    fun flowOnElement() = runBlocking(Context().asElement()) {
        // snippet: flowOnElement
        user.set("collector")
        val names = flow {
            yield()
            emit(user.get())
        }.flowOn(Context().with(user, "flow").asElement() + Dispatchers.IO)
        names.collect { println("$it, ${user.get()}") } // prints flow, collector
        // end: flowOnElement
    }

    // snippet: noDispatcher
    suspend fun program() { // started as `suspend fun main` is: without a dispatcher
        withContext(Context()) {
            user.set("alice")
            resumedElsewhere() // suspends, and another thread resumes it
            println(user.getOrNull()) // prints null
            withContext(Dispatchers.Default) { println(user.get()) } // prints alice
        }
    }
    // end: noDispatcher

    fun noDispatcher() {
        val result = CompletableFuture<Unit>()
        ::program.startCoroutine(
            Continuation(EmptyCoroutineContext) { it.fold(result::complete, result::completeExceptionally) },
        )
        result.get(30, TimeUnit.SECONDS)
    }

    fun unconfined() = runBlocking(Context().asElement()) {
        // snippet: unconfined
        user.set("alice")
        withContext(Dispatchers.Unconfined) {
            delay(10)
            println(user.get()) // prints alice
        }
        // end: unconfined
    }
}
