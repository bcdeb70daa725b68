// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.docs

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

// snippet: greeter
val user = ContextVar("user", "nobody")

fun greet() = println("Hello, ${user.get()}") // no parameter, however deep the call

fun main() = runBlocking(Context().asElement()) {
    user.set("alice")
    launch {
        user.set("bob") // in a copy, which is the child's own
        delay(10) // may resume on any thread
        greet() // prints Hello, bob
    }.join()
    withContext(Dispatchers.IO) { greet() } // prints Hello, alice
}
// end: greeter
