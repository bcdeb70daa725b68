// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.docs

import dev.contextvars.Context
import dev.contextvars.ContextEnteredException
import dev.contextvars.ContextRequiredException
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.asSharedElement
import dev.contextvars.coroutines.ensureContextElement
import dev.contextvars.coroutines.getValue
import dev.contextvars.coroutines.setValue
import dev.contextvars.coroutines.withContext
import dev.contextvars.coroutines.withValue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import java.util.Locale

/** The examples of docs/kotlin-guide.md: each public function is one. */
@Suppress("unused") // called by name
object GuideExamples {
    // snippet: functions
    private val user = ContextVar<String>("user")

    private fun greet() = println("Hello, ${user.get()}")
    // end: functions

    fun values() = runBlocking(Context().asElement()) {
        // snippet: values
        println(user.getOrNull()) // prints null
        println(user.get("nobody")) // prints nobody
        user.set("alice")
        greet() // prints Hello, alice
        // end: values
    }

    fun reading() {
        // snippet: reading
        val request = Context()
        val greeting: String = request.run {
            user.set("alice")
            "Hello, ${user.get()}"
        }
        println(greeting) // prints Hello, alice
        println(request[user]) // prints alice
        println(user in request) // prints true
        for ((variable, value) in request) {
            println("${variable.name}=$value") // prints user=alice
        }
        // end: reading
    }

    fun nullable() = Context().execute {
        // snippet: nullable
        val sessions = mapOf("alice" to Context())
        val session: Context? = sessions["alice"]
        session.run { user.set("alice") } // Kotlin's run: it enters nothing
        println(session?.contains(user)) // prints false
        session?.run { user.set("alice") } // Context.run
        println(session?.contains(user)) // prints true
        // end: nullable
    }

    // snippet: sharing
    suspend fun authenticate() {
        delay(10) // may resume on another thread
        user.set("alice")
    }

    fun sharing() = runBlocking(Context().asElement()) {
        withTimeout(30_000) { withContext(Dispatchers.IO) { authenticate() } }
        greet() // prints Hello, alice
    }
    // end: sharing

    // snippet: copying
    fun copying() = runBlocking(Context().asElement()) {
        user.set("alice")
        coroutineScope {
            launch { user.set("bob") }
            launch { greet() } // prints Hello, alice
        }
        greet() // prints Hello, alice
    }
    // end: copying

    fun itself() = runBlocking(Context().asElement()) {
        // snippet: itself
        val session = Context()
        launch(session.asSharedElement()) { user.set("alice") }.join()
        withContext(session) { greet() } // prints Hello, alice
        println(session[user]) // prints alice
        // end: itself
    }

    fun nested() = runBlocking(Context().asElement()) {
        // snippet: nested
        val (outer, inner) = List(2) { Context() }
        withContext(outer) {
            withContext(inner) {
                runCatching { outer.run { user.set("alice") } }
                    .onFailure { println(it is ContextEnteredException) } // prints true
            }
        }
        outer.run { user.set("alice") } // entered by no code any more
        // end: nested
    }

    fun root() {
        // snippet: root
        val scope = CoroutineScope(Dispatchers.Default + Context().asElement())
        val job = scope.launch {
            user.set("alice") // in a copy, which is this coroutine's own
            delay(10)
            greet() // prints Hello, alice
        }
        // end: root
        runBlocking { job.join() }
    }

    fun withValue() = runBlocking(Context().asElement()) {
        // snippet: withValue
        user.withValue("alice") {
            delay(10)
            greet() // prints Hello, alice
        }
        println(user.isSet) // prints false
        // end: withValue
    }

    // snippet: property
    private val localeVar = ContextVar<Locale>("locale", Locale.ENGLISH)
    private var locale by localeVar

    fun property() = runBlocking(Context().asElement()) {
        locale = Locale.FRENCH
        println(locale) // prints fr
    }
    // end: property

    fun guard() = runBlocking<Unit> {
        // snippet: guard
        withContext(Dispatchers.Default) {
            runCatching { user.set("alice") }
                .onFailure { println(it is ContextRequiredException) } // prints true
        }
        // end: guard
    }

    // snippet: ensure
    suspend fun handle() {
        ensureContextElement() // without one, other code might see the value
        user.set("alice")
    }

    fun ensure() = runBlocking<Unit> {
        runCatching { handle() }
            .onFailure { println(it is ContextRequiredException) } // prints true
    }
    // end: ensure

    fun failure() = runBlocking(Context().asElement()) {
        // snippet: failure
        user.set("alice")
        supervisorScope {
            val child = async {
                user.set("bob")
                error("no such order")
            }
            println(runCatching { child.await() }.isFailure) // prints true
        }
        greet() // prints Hello, alice
        // end: failure
    }

    fun cancellation() = runBlocking(Context().asElement()) {
        // snippet: cancellation
        val job = launch {
            user.set("alice")
            try {
                awaitCancellation()
            } finally {
                withContext(NonCancellable) {
                    delay(10)
                    greet() // prints Hello, alice
                }
            }
        }
        yield() // the child runs until it waits
        job.cancelAndJoin()
        // end: cancellation
    }

    fun flows() = runBlocking(Context().asElement()) {
        // snippet: flows
        val names = flow {
            user.set("alice")
            emit(1)
        }
        names.flowOn(Dispatchers.IO).collect { println(user.isSet) } // prints false
        names.collect { greet() } // prints Hello, alice
        // end: flows
    }
}
