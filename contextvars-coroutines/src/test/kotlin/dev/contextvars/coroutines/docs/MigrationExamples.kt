// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.docs

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.withValue
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.slf4j.MDCContext
import kotlinx.coroutines.withContext
import org.slf4j.MDC

/** The Kotlin examples of docs/migrating: each function is one. */
@Suppress("unused") // called by name
object MigrationExamples {
    private val oldUser = ThreadLocal<String>()
    private val user = ContextVar<String>("user")

    fun element() = runBlocking(Context().asElement()) {
        // snippet: element
        withContext(oldUser.asContextElement("alice")) {
            // before
            oldUser.set("bob")
            delay(10)
            println(oldUser.get()) // prints alice
        }
        user.withValue("alice") {
            // after
            user.set("bob")
            delay(10)
            println(user.get()) // prints bob
        }
        // end: element
    }

    fun elements() = runBlocking {
        // snippet: elements
        withContext(Context().asElement() + oldUser.asContextElement("alice")) {
            user.set("bob")
            delay(10)
            println("${oldUser.get()}, ${user.get()}") // prints alice, bob
        }
        // end: elements
    }

    fun mdc() = runBlocking(Context().asElement()) {
        // snippet: mdc
        withContext(MDCContext(mapOf("user" to "alice"))) {
            // before
            MDC.put("user", "bob")
            delay(10)
            println(MDC.get("user")) // prints alice
        }
        user.withValue("alice") {
            // after
            user.set("bob")
            delay(10)
            println(user.get()) // prints bob
        }
        // end: mdc
    }

    fun mdcBeside() = runBlocking(Context().asElement()) {
        // snippet: mdcBeside
        user.set("alice")
        withContext(MDCContext(mapOf("user" to user.get()))) {
            println("${MDC.get("user")}, ${user.get()}") // prints alice, alice
        }
        // end: mdcBeside
    }
}
