// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method

class NullArgumentsSpec : FunSpec({
    val v = ContextVar<Int>("v")

    listOf<Triple<String, String, () -> Any?>>(
        Triple("a builder without a name", "name") { ContextVar.builder<Int>(nothing()) },
        Triple("defaultSupplier without one", "supplier") { ContextVar.builder<Int>("v").defaultSupplier(nothing()) },
        Triple("copyWith without a function", "function") {
            ContextVar.builder<Int>("v").copyWith(nothing())
        },
        Triple("update without a function", "function") { v.update(nothing()) },
        Triple("bindings of no variable", "variable") { Bindings.of(nothing<ContextVar<Int>>(), 1) },
        Triple("bindings and no variable", "variable") { Bindings.of(v, 1).and(nothing<ContextVar<Int>>(), 1) },
        Triple("with no bindings", "bindings") { Context().with(nothing<Bindings>()) },
        Triple("with a null variable", "variable") { Context().with(nothing<ContextVar<Int>>(), 1) },
        Triple("withInitial without a name", "name") { ContextVar.withInitial(nothing()) { 1 } },
        Triple("withInitial without a supplier", "supplier") { ContextVar.withInitial<Int>("v", nothing()) },
        Triple("run of bindings without a body", "body") { Bindings.of(v, 1).run<Int>(nothing()) },
        Triple("call of bindings without a body", "body") { Bindings.of(v, 1).call<Int>(nothing()) },
        Triple("execute of bindings without a body", "body") { Bindings.of(v, 1).execute(nothing()) },
        Triple("attach of no context", "next") { ContextSwap.attach(nothing()) },
        Triple("isImplicit of no context", "context") { ContextSwap.isImplicit(nothing()) },
        Triple("without no variables", "variables") {
            Context::class.java.getMethod("without", arrayOf<ContextVar<*>>().javaClass).invokeWithNull()
        },
        Triple("without variables of which one is none", "variable") { Context().without(v, nothing()) },
        Triple("diff with no context", "other") { Context().diff(nothing()) },
        Triple("a watcher that is none", "watcher") { ContextWatchers.add(nothing()) },
        Triple("shared threads by no predicate", "isShared") { SharedThreads.add(nothing()) },
        Triple("a lease on no context", "context") { ContextLease(nothing()) { false } },
        Triple("a lease without isCompleted", "isCompleted") { ContextLease(Context(), nothing()) },
    ).forEach { (call, argument, failing) ->
        test("$call is refused, and the argument named") {
            shouldThrow<NullPointerException> { failing() }.message shouldBe argument
        }
    }

    test("a null among the variables of without is refused before any function for copies is called") {
        val copied = ContextVar.builder<Int>("copied").copyWith { error("called") }.build()
        val ctx = Context().apply { execute { copied.set(1) } }
        shouldThrow<NullPointerException> { ctx.without(v, nothing()) }
    }

    test("a null to a builder leaves it as it was") {
        val builder = ContextVar.builder<Int>("v").defaultSupplier { 1 }.copyWith { it + 1 }
        shouldThrow<NullPointerException> { builder.defaultSupplier(nothing()) }
        shouldThrow<NullPointerException> { builder.copyWith(nothing()) }
        val built = builder.build()
        Context().run { built.get() to Context.copyContext()[built] } shouldBe (1 to 2)
    }
})

/** Returns null for a type without null, as a caller in Java may: Kotlin checks no expression of a type parameter. */
@Suppress("UNCHECKED_CAST")
internal fun <T> nothing(): T = null as T

// A spread null cannot be written in Kotlin at all.
private fun Method.invokeWithNull() = try {
    invoke(Context(), null as Any?)
} catch (e: InvocationTargetException) {
    throw e.cause!!
}
