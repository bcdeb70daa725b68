// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
import java.io.Serializable
import java.lang.module.ModuleDescriptor.Requires
import java.lang.module.ModuleFinder
import java.lang.reflect.Constructor
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Modifier
import java.nio.file.Path
import java.util.concurrent.Callable
import java.util.function.Supplier

class ApiShapeSpec : FunSpec({
    test("the types are final, and neither Serializable nor Cloneable") {
        listOf(Context::class, ContextVar::class, Token::class).map { it.java }.forEach { type ->
            Modifier.isFinal(type.modifiers) shouldBe true
            Serializable::class.java.isAssignableFrom(type) shouldBe false
            Cloneable::class.java.isAssignableFrom(type) shouldBe false
        }
    }

    test("the module exports the types and the executors, but not the map, and needs nothing at run time") {
        val home = Path.of(
            ContextVar::class.java.protectionDomain.codeSource.location
                .toURI(),
        )
        val module = ModuleFinder
            .of(home)
            .findAll()
            .single()
            .descriptor()
        module.exports().map { it.source() } shouldContainExactlyInAnyOrder
            listOf("dev.contextvars", "dev.contextvars.concurrent")
        module.requires().filter { Requires.Modifier.STATIC !in it.modifiers() }.map { it.name() } shouldBe
            listOf("java.base")
    }

    listOf<Triple<String, String, () -> Any?>>(
        Triple(
            "a variable without a name",
            "name",
        ) { ContextVar::class.java.getConstructor(String::class.java).newNull() },
        Triple("reset without a token", "token") { callWithNull(ContextVar<Int>("v"), "reset", Token::class.java) },
        Triple("run without a body", "body") {
            callWithNull(Context(), "run", Supplier::class.java)
        },
        Triple("call without a body", "body") {
            callWithNull(Context(), "call", Callable::class.java)
        },
        Triple("execute without a body", "body") { callWithNull(Context(), "execute", Runnable::class.java) },
        Triple("get of no variable", "variable") { callWithNull(Context(), "get", ContextVar::class.java) },
        Triple("getValue of no variable", "variable") { callWithNull(Context(), "getValue", ContextVar::class.java) },
        Triple("contains of no variable", "variable") { callWithNull(Context(), "contains", ContextVar::class.java) },
    ).forEach { (call, argument, failing) ->
        test("$call is refused, and the argument named") {
            shouldThrow<NullPointerException> { failing() }.message shouldBe argument
        }
    }

    test("an exception survives serialization, without the objects that it was about") {
        val original = shouldThrow<UnboundVariableException> { ContextVar<Int>("v").get() }
        val bytes = ByteArrayOutputStream().also { ObjectOutputStream(it).writeObject(original) }.toByteArray()
        val copy = ObjectInputStream(ByteArrayInputStream(bytes)).readObject() as UnboundVariableException
        copy.message shouldBe original.message
        copy.variable shouldBe null
    }
})

// Kotlin knows that these parameters are not null (JSpecify), and compiles no call with null: Java's callers may make one.

private fun Constructor<*>.newNull() = rethrowing { newInstance(null) }

private fun callWithNull(target: Any, method: String, parameter: Class<*>) = rethrowing {
    target.javaClass.getMethod(method, parameter).invoke(target, null)
}

private fun rethrowing(call: () -> Any?) = try {
    call()
} catch (e: InvocationTargetException) {
    throw e.cause!!
}
