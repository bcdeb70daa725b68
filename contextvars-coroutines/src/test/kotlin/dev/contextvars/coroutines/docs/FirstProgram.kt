// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.docs.first

// snippet: program
import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

val user = ContextVar("user", "nobody")

fun main() = runBlocking(Context().asElement()) {
    coroutineScope {
        launch { handle("alice") } // prints Hello, alice
        launch { handle("bob") } // prints Hello, bob
    }
    greet() // prints Hello, nobody
}

suspend fun handle(name: String) {
    user.set(name) // in the context of this coroutine
    delay(10) // meanwhile, the other request runs
    greet()
}

fun greet() = println("Hello, ${user.get()}") // no parameter
// end: program
