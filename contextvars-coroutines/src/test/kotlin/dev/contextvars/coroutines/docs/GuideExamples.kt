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
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.util.Locale

/** The guide's examples in Kotlin: each function is one. */
@Suppress("unused") // called by name
object GuideExamples {
    private val user = ContextVar<String>("user")

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
        for ((variable, value) in request) println("${variable.name}=$value") // prints user=alice
        // end: reading
    }

    fun nullable() = Context().execute {
        // snippet: nullable
        val sessions = mapOf("alice" to Context())
        val session: Context? = sessions["alice"]
        session.run { user.set("alice") } // the standard library's run: it enters nothing
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
        println(user.get()) // prints alice
    }
    // end: sharing

    // snippet: copying
    fun copying() = runBlocking(Context().asElement()) {
        user.set("alice")
        coroutineScope {
            launch { user.set("bob") }
            launch { println(user.get()) } // prints alice
        }
        println(user.get()) // prints alice
    }
    // end: copying

    fun itself() = runBlocking(Context().asElement()) {
        // snippet: itself
        val session = Context()
        launch(session.asSharedElement()) { user.set("alice") }.join()
        withContext(session) { println(user.get()) } // prints alice
        println(session[user]) // prints alice
        // end: itself
    }

    fun nested() = runBlocking(Context().asElement()) {
        // snippet: nested
        val (outer, inner) = List(2) { Context() }
        withContext(outer) {
            withContext(inner) {
                val failure = runCatching { outer.run { user.set("alice") } }.exceptionOrNull()
                println(failure is ContextEnteredException) // prints true
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
            println(user.get()) // prints alice
        }
        // end: root
        runBlocking { job.join() }
    }

    fun withValue() = runBlocking(Context().asElement()) {
        // snippet: withValue
        user.withValue("alice") {
            delay(10)
            println(user.get()) // prints alice
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

    fun guard() = runBlocking {
        // snippet: guard
        val failure = withContext(Dispatchers.Default) { runCatching { user.set("alice") }.exceptionOrNull() }
        println(failure is ContextRequiredException) // prints true
        // end: guard
    }

    // snippet: ensure
    suspend fun handle() {
        ensureContextElement() // without one, the value might be lost, or seen by other code
        user.set("alice")
    }

    fun ensure() = runBlocking {
        val failure = runCatching { handle() }.exceptionOrNull()
        println(failure is ContextRequiredException) // prints true
    }
    // end: ensure
}
