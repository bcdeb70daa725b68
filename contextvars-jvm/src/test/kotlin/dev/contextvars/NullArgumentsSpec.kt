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
        listOf(v, Context(), "name", Supplier { 1 }, Callable { 1 }, Runnable { }, BooleanSupplier { false })

    fun shouldRejectNull(executable: Executable, target: Any?, index: Int) {
        val arguments = executable.parameterTypes.mapIndexed { i, type ->
            samples.firstOrNull { i != index && type.isInstance(it) }
        }
        executable.isAccessible = true // the class of a wrapper is not public
        withClue("$executable, parameter $index") {
            shouldThrow<NullPointerException> {
                reflectively {
                    when (executable) {
                        is Constructor<*> -> executable.newInstance(*arguments.toTypedArray())
                        is Method -> executable.invoke(target, *arguments.toTypedArray())
                    }
                }
            }.message.orEmpty() shouldMatch "[a-zA-Z]+"
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
                    shouldRejectNull(executable, target, index)
                }
            }
        }
    }

    mapOf<String, () -> Any?>(
        "execute" to { pool.execute(javaNull()) },
        "submit(Runnable)" to { pool.submit(javaNull<Runnable>()) },
        "submit(Runnable, result)" to { pool.submit(javaNull<Runnable>(), 1) },
        "submit(Callable)" to { pool.submit(javaNull<Callable<Int>>()) },
        "schedule(Runnable)" to { pool.schedule(javaNull<Runnable>(), 1, SECONDS) },
        "schedule(Callable)" to { pool.schedule(javaNull<Callable<Int>>(), 1, SECONDS) },
        "invokeAll" to { pool.invokeAll(javaNull<List<Callable<Int>>>()) },
        "invokeAll(timeout)" to { pool.invokeAll(javaNull<List<Callable<Int>>>(), 1, SECONDS) },
        "invokeAny" to { pool.invokeAny(javaNull<List<Callable<Int>>>()) },
        "invokeAny(timeout)" to { pool.invokeAny(javaNull<List<Callable<Int>>>(), 1, SECONDS) },
    ).forEach { (name, call) ->
        test("$name of a wrapped executor rejects null by name") {
            shouldThrow<NullPointerException> { call() }.message shouldBe if ("invoke" in name) "tasks" else "task"
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
