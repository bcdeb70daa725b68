// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.concurrent.ContextExecutors
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import org.jspecify.annotations.Nullable
import java.lang.reflect.Constructor
import java.lang.reflect.Executable
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.lang.reflect.TypeVariable
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.ScheduledExecutorService
import java.util.concurrent.TimeUnit.SECONDS
import java.util.function.BooleanSupplier
import java.util.function.Supplier

/** Every public method rejects null for a type without null, and the message is the name of the argument. */
class NullArgumentsSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar<Any?>("v")
    val pool = ContextExecutors.wrap(Executors.newSingleThreadScheduledExecutor())
    afterSpec { pool.shutdown() }

    val samples =
        listOf(
            v,
            Context(),
            "name",
            Supplier { 1 },
            Callable { 1 },
            Runnable { },
            BooleanSupplier { false },
            1L,
            SECONDS,
        )

    /** Calls the method with null for one argument, and returns the message of its NullPointerException. */
    fun messageForNull(executable: Executable, target: Any?, index: Int): String {
        val arguments = executable.parameterTypes.mapIndexed { i, type ->
            samples.firstOrNull { i != index && type.kotlin.isInstance(it) }
        }
        executable.isAccessible = true // the class of a wrapper is not public
        return withClue("$executable, parameter $index") {
            shouldThrow<NullPointerException> {
                reflectively {
                    when (executable) {
                        is Constructor<*> -> executable.newInstance(*arguments.toTypedArray())
                        is Method -> executable.invoke(target, *arguments.toTypedArray())
                    }
                }
            }.message.orEmpty()
        }
    }

    listOf(
        ContextLease::class.java to null,
        ContextSwap::class.java to null,
        ContextTasks::class.java to null,
        ContextWatchers::class.java to null,
        SharedThreads::class.java to null,
        ContextExecutors::class.java to null,
        Bindings::class.java to Bindings.of(v, 1),
        Context::class.java to Context(),
        ContextVar::class.java to v,
        ContextVarBuilder::class.java to ContextVar.builder<Any?>("v"),
    ).forEach { (type, target) ->
        test("${type.simpleName} rejects null arguments by name") {
            val methods = type.declaredMethods.filter { Modifier.isPublic(it.modifiers) && it.name != "equals" }
            for (executable in type.constructors.toList() + methods) {
                executable.parameters.indices.filterNot { executable.acceptsNull(it) }.forEach { index ->
                    messageForNull(executable, target, index) shouldMatch "[a-zA-Z]+"
                }
            }
        }
    }

    test("a wrapped executor rejects null tasks by name") {
        val tasks = setOf(Runnable::class.java, Callable::class.java, Collection::class.java)
        val methods = ScheduledExecutorService::class.java.methods.filter { it.parameterTypes.firstOrNull() in tasks }
        methods.size shouldBe 12
        methods.forEach { method ->
            messageForNull(method, pool, 0) shouldBe if ("invoke" in method.name) "tasks" else "task"
        }
    }

    test("without checks all variables before it calls a function for copies") {
        val copied = ContextVar.builder<Int>("copied").copyWith { error("called") }.build()
        val ctx = Context().with(copied, 1)
        shouldThrow<NullPointerException> { ctx.without(v, javaNull()) }.message shouldBe "variable"
        ctx.size() shouldBe 1
    }
})

/** Type variables of the API have nullable bounds. */
private fun Executable.acceptsNull(index: Int): Boolean = parameterTypes[index].isPrimitive ||
    genericParameterTypes[index] is TypeVariable<*> ||
    annotatedParameterTypes[index].isAnnotationPresent(Nullable::class.java)
