// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.docs

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.ContextSource
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.asSharedElement
import dev.contextvars.coroutines.ensureContextElement
import dev.contextvars.coroutines.getValue
import dev.contextvars.coroutines.hasContextElement
import dev.contextvars.coroutines.setValue
import dev.contextvars.coroutines.withContext
import dev.contextvars.coroutines.withValue
import dev.contextvars.coroutines.wrap
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import java.util.Locale

private val tenant = ContextVar<String>("tenant")

// snippet: ensureContextElement
suspend fun enter(name: String) {
    ensureContextElement()
    tenant.set(name)
}
// end: ensureContextElement

/** The examples in the documentation of the functions: each function is one. */
@Suppress("unused") // called by name
object KdocExamples {
    private val user = ContextVar<String>("user")
    private val locale = ContextVar("locale", Locale.ROOT)

    fun asElement() = runBlocking(Dispatchers.Default) {
        // snippet: asElement
        val user = ContextVar<String>("user")
        withContext(Context.copyContext().asElement()) {
            user.set("alice")
            delay(10) // may resume on any thread
            launch { user.set("bob") }.join() // the child has a copy
            println(user.get()) // prints alice
        }
        // end: asElement
    }

    fun asSharedElement() = runBlocking {
        // snippet: asSharedElement
        val session = Context()
        launch(session.asSharedElement()) { user.set("alice") }.join()
        println(session[user]) // prints alice
        // end: asSharedElement
    }

    fun contextSource() = runBlocking {
        // snippet: contextSource
        val calls = ContextSource.copyForEachBuilder(Context()).toElement()
        withContext(calls) { user.set("alice") } // in a copy, unlike with asElement()
        withContext(calls) { println(user.getOrNull()) } // prints null
        // end: contextSource
    }

    fun wrap() = runBlocking(Context().asElement()) {
        // snippet: wrap
        user.set("alice")
        val callback = Context.copyContext().wrap { failure: Throwable? -> println("${user.get()}: $failure") }
        user.set("bob")
        launch { }.apply { invokeOnCompletion(callback) }.join() // prints alice: null
        // end: wrap
    }

    fun withContext() = runBlocking {
        // snippet: withContext
        withContext(Context()) {
            tenant.set("acme")
            withContext(Dispatchers.IO) { println(tenant.get()) } // prints acme
        }
        // end: withContext
    }

    fun hasContextElement() = runBlocking {
        // snippet: hasContextElement
        if (!currentCoroutineContext().hasContextElement) println("no Context here") // prints no Context here
        // end: hasContextElement
    }

    fun ensureContextElement() = runBlocking(Context().asElement()) {
        enter("acme")
        check(tenant.get() == "acme")
    }

    fun withValue() = runBlocking(Context().asElement()) {
        // snippet: withValue
        locale.withValue(Locale.FRENCH) {
            println(locale.get()) // prints fr
        }
        // end: withValue
    }

    fun property() = Context().execute {
        // snippet: property
        val localeVar = ContextVar<Locale>("locale", Locale.ROOT)
        var locale by localeVar
        locale = Locale.FRENCH
        println(localeVar.get()) // prints fr
        // end: property
    }
}
