// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.Registration
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.lang.reflect.InvocationTargetException
import java.util.function.Function

class LogFieldsSpec : FunSpec({
    val tenant = ContextVar("tenant", "the default")
    val user = ContextVar<Any?>("user")
    val password = ContextVar.builder<String>("password").redacted().build()

    test("add(variable) shows the value under the variable's name") {
        LogFields.add(tenant).use { eventOf(tenant to "acme") shouldBe mapOf("tenant" to "acme") }
    }

    test("add(key, variable) shows the value's text under the key") {
        LogFields.add("id", user).use { eventOf(user to 42) shouldBe mapOf("id" to "42") }
    }

    test("add(key, variable, function) shows the text that the function returns") {
        LogFields.add("user", tenant) { it.uppercase() }.use {
            eventOf(tenant to "acme") shouldBe
                mapOf("user" to "ACME")
        }
    }

    test("a text function that returns null leaves the key out") {
        LogFields.add("user", tenant) { null }.use { eventOf(tenant to "acme") shouldBe null }
    }

    test("a text function of a nullable variable gets no null") {
        val nullable = ContextVar<String?>("nullable")
        LogFields.add("length", nullable) { "${it.length}" }.use {
            eventOf(nullable to "acme") shouldBe mapOf("length" to "4")
            eventOf(nullable to null) shouldBe null
        }
    }

    test("a toString that returns null leaves the key out") {
        LogFields.add(user).use { eventOf(user to Nameless()) shouldBe null }
    }

    mapOf(
        "a RuntimeException" to IllegalStateException("secret"),
        "a checked exception" to IOException("secret"),
        "a StackOverflowError" to StackOverflowError("secret"),
    ).forEach { (kind, failure) ->
        test("a text function that throws $kind shows the exception's class alone") {
            val expected = mapOf("user" to "[FAILED ${failure.javaClass.name}]")
            LogFields.add("user", tenant) { throw failure }.use { eventOf(tenant to "acme") shouldBe expected }
        }
    }

    test("a toString that overflows the stack shows the error's class") {
        val endless = object {
            override fun toString(): String = "$this"
        }
        LogFields.add(user).use {
            eventOf(user to endless) shouldBe mapOf("user" to "[FAILED java.lang.StackOverflowError]")
        }
    }

    test("another Error of a text function passes, and the next event shows the text") {
        var failure: Error? = OutOfMemoryError("none left")
        LogFields.add("user", tenant) { text -> failure?.let { throw it } ?: text }.use {
            shouldThrow<OutOfMemoryError> { eventOf(tenant to "acme") }
            failure = null
            eventOf(tenant to "acme") shouldBe mapOf("user" to "acme")
        }
    }

    test("an event that a text function logs does not call the function again") {
        val inner = mutableListOf<Map<String, String>?>()
        var calls = 0
        val logs = Function<String, String> { text ->
            calls++
            inner += EventFields.merge(null)
            text
        }
        LogFields.add(tenant).use {
            LogFields.add("user", tenant, logs).use {
                eventOf(tenant to "acme") shouldBe mapOf("tenant" to "acme", "user" to "acme")
            }
        }
        inner shouldBe listOf(mapOf("tenant" to "acme"))
        calls shouldBe 1
    }

    test("a registration that is closed removes the variable from later events") {
        LogFields.add(tenant).close()
        eventOf(tenant to "acme") shouldBe null
    }

    test("a second close leaves a later registration of the key in place") {
        val first = LogFields.add(tenant)
        first.close()
        LogFields.add(tenant).use {
            first.close()
            eventOf(tenant to "acme") shouldBe mapOf("tenant" to "acme")
        }
    }

    test("add rejects a redacted variable and names it") {
        shouldThrow<IllegalArgumentException> { LogFields.add(password) }.message shouldBe
            "cannot log $password: it is redacted"
        eventOf(password to "hunter2") shouldBe null
    }

    test("add rejects a key that is registered and names the variable that has it") {
        LogFields.add(tenant).use {
            shouldThrow<IllegalArgumentException> { LogFields.add("tenant", user) }.message shouldBe
                "cannot log $user: $tenant has its key"
            eventOf(tenant to "acme", user to "alice") shouldBe mapOf("tenant" to "acme")
        }
    }

    test("add rejects an empty key") {
        shouldThrow<IllegalArgumentException> { LogFields.add("", tenant) }.message shouldBe "key is empty"
        shouldThrow<IllegalArgumentException> { LogFields.add(ContextVar<Any>("")) }.message shouldBe "key is empty"
    }

    val one = arrayOf<Class<*>>(ContextVar::class.java)
    val two = arrayOf(String::class.java, *one)
    val three = arrayOf(*two, Function::class.java)
    listOf(
        Triple("variable", one, arrayOf<Any?>(null)),
        Triple("key", two, arrayOf(null, tenant)),
        Triple("variable", two, arrayOf("key", null)),
        Triple("key", three, arrayOf(null, tenant, Function<Any, String> { "" })),
        Triple("variable", three, arrayOf("key", null, Function<Any, String> { "" })),
        Triple("text", three, arrayOf("key", tenant, null)),
    ).forEach { (name, types, arguments) ->
        test("add with ${types.size} arguments names the null argument '$name'") {
            shouldThrow<NullPointerException> { add(types, arguments) }.message shouldBe name
        }
    }
})

/** Returns the fields of an event that is logged in a context with the values. */
internal fun eventOf(vararg values: Pair<ContextVar<*>, Any?>): Map<String, String>? = Context().run {
    @Suppress("UNCHECKED_CAST")
    values.forEach { (variable, value) -> (variable as ContextVar<Any?>).set(value) }
    EventFields.merge(null)
}

/** Passes null where Kotlin's compiler would not. */
private fun add(types: Array<Class<*>>, arguments: Array<out Any?>) = try {
    (LogFields::class.java.getMethod("add", *types).invoke(null, *arguments) as Registration).close()
} catch (e: InvocationTargetException) {
    throw e.targetException
}
