// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.docs

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** The Kotlin examples of docs/troubleshooting.md: each function is one. */
@Suppress("unused") // called by name
object TroubleshootingExamples {
    private val user = ContextVar<String>("user")

    fun root() = runBlocking(Context().asElement()) {
        // snippet: root
        val scope = CoroutineScope(Dispatchers.Default + Context().asElement())
        val greeting = scope.async {
            user.set("alice") // in a copy, which is this coroutine's own
            "Hello, ${user.get()}"
        }
        println(greeting.await()) // prints Hello, alice
        // end: root
    }

    fun strict() {
        // snippet: strict
        runBlocking(Context().asElement()) {
            user.set("alice")
            println(user.get()) // prints alice
        }
        // end: strict
    }

    fun contended() = runBlocking(Context().asElement()) {
        // snippet: contended
        val session = Context().with(user, "alice")
        List(2) { i ->
            launch(session.asElement()) { user.set("task $i") } // each in a copy
        }.forEach { it.join() }
        println(session[user]) // prints alice
        // end: contended
    }
}
