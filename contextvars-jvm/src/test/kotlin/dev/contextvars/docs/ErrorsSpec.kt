// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs

import dev.contextvars.Context
import dev.contextvars.ContextLease
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.SharedThreads
import dev.contextvars.Token
import dev.contextvars.testing.Snippets
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import java.io.Serializable
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Modifier
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import java.util.function.Supplier
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readLines

class ErrorsSpec : FunSpec({
    val v = ContextVar<Any?>("v")
    val w = ContextVar<Any?>("w")
    val errors = documentedErrors()

    val provocations = mapOf<String, () -> Unit>(
        "`v.get()` with neither a value nor a default" to { v.get() },
        "`ctx.getValue(v)` of a variable that is not set there, whatever its default; Python's `ctx[v]`" to {
            Context().getValue(ContextVar<Any?>("v"))
        },
        "`v.reset(token)` or `token.close()`, a second time" to { v.set(1).also { it.close() }.close() },
        "`v.reset(token)` with the token of another variable" to { v.reset(w.set(1)) },
        "`v.reset(token)` in another context than that of the set, including a copy" to {
            val token = v.set(1)
            Context.copyContext().execute { v.reset(token) }
        },
        "`ctx.run(body)`, `call`, `execute` or `enter` of a context that a thread or this coroutine is in" to {
            val ctx = Context()
            ctx.execute { ctx.enter() }
        },
        "`ctx.exit()` of a context that is not entered" to { Context().exit() },
        "`ctx.exit()` of a context that is not the thread's current one" to {
            val ctx = Context()
            ctx.execute { Context().execute { ctx.exit() } }
        },
        "`v.set(value)` or `reset` in a context that a task or thread has taken over on another thread" to {
            val ctx = Context()
            inThread("owner") { ContextLease(ctx) { false }.attach() }
            inThread("writer") {
                ContextSwap.swap(ctx)
                v.set(1)
            }
        },
        "`v.set(value)` without a context, on a shared thread or in a coroutine" to {
            SharedThreads.add { it.name == "shared-thread" }
            inThread("shared-thread") { v.set(1) }
        },
        "`new ContextVar(null)`" to { construct() },
        "`v.reset(null)`" to { call(v, "reset", Token::class.java) },
        "`ctx.run(null)`" to { call(Context(), "run", Supplier::class.java) },
        "`ctx.get(null)`, `getValue` or `contains`" to { call(Context(), "get", ContextVar::class.java) },
    )

    errors.forEach { error ->
        test("${error.condition} raises ${error.type}") {
            val thrown = shouldThrowAny { Context().execute { provocations.getValue(error.condition)() } }
            thrown.javaClass.simpleName shouldBe error.type
            kinds(thrown) shouldContain error.kind
            thrown.message?.replace(Regex("0x[0-9a-f]+"), "0x…") shouldBe error.text
        }
    }

    test("the table has every error that is provoked here") {
        errors.map { it.condition } shouldContainExactlyInAnyOrder provocations.keys
    }

    test("the table has every exception of the library that is thrown") {
        val sources = Snippets.root.resolve("contextvars-jvm/src/main/java/dev/contextvars")
        errors.map { it.type } shouldContainAll
            sources.listDirectoryEntries("*Exception.java").map { it.nameWithoutExtension } - "ContextStateException"
    }

    listOf(Context::class.java, ContextVar::class.java, Token::class.java).forEach { type ->
        test("${type.simpleName} is final and not serializable") {
            Modifier.isFinal(type.modifiers) shouldBe true
            Serializable::class.java.isAssignableFrom(type) shouldBe false
        }
    }
})

private class DocumentedError(val type: String, val kind: String, val condition: String, val text: String)

private fun documentedErrors(): List<DocumentedError> = Snippets.root
    .resolve("docs/errors.md")
    .readLines()
    .filter { it.startsWith("| `") }
    .map { row -> row.removePrefix("| ").removeSuffix(" |").split(" | ") }
    .map { (_, type, kind, condition, text) ->
        DocumentedError(type.trim('`'), kind.trim('`'), condition, text.trim('`'))
    }

private fun kinds(thrown: Throwable): List<String> =
    generateSequence<Class<*>>(thrown.javaClass) { it.superclass }.map { it.simpleName }.toList()

/** Runs the body in a thread of its own, and throws what it throws. */
private fun inThread(name: String, body: () -> Unit) {
    val result = CompletableFuture<Unit>()
    Thread({ runCatching(body).fold(result::complete, result::completeExceptionally) }, name).start()
    try {
        result.get(30, TimeUnit.SECONDS)
    } catch (e: ExecutionException) {
        throw e.cause ?: e
    }
}

/** Passes null where Kotlin's compiler would not. */
private fun call(target: Any, method: String, parameter: Class<*>) = unwrapped {
    target.javaClass.getMethod(method, parameter).invoke(target, null)
}

private fun construct() = unwrapped { ContextVar::class.java.getConstructor(String::class.java).newInstance(null) }

private fun unwrapped(call: () -> Unit) = try {
    call()
} catch (e: InvocationTargetException) {
    throw e.targetException
}
