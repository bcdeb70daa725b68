// SPDX-License-Identifier: Apache-2.0
@file:JvmName("ContextVars")

package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.Token
import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.reflect.KProperty

/**
 * Sets this variable, runs the block, and resets the variable, whatever the block does: Python's `with
 * var.set(value):`.
 *
 * ```
 * locale.withValue(Locale.FRENCH) {
 *     println(locale.get()) // prints fr
 * }
 * ```
 *
 * A coroutine whose block suspends needs an element ([asElement]), or the variable may be reset in another context than
 * it was set in.
 *
 * @throws dev.contextvars.WrongContextException if the block ends in another context than it began in. If the block
 *   fails too, this is suppressed in what it throws
 */
@OptIn(ExperimentalContracts::class)
public inline fun <T, R> ContextVar<T>.withValue(value: T, block: () -> R): R {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    val token = set(value)
    var failure: Throwable? = null
    try {
        return block()
    } catch (thrown: Throwable) {
        failure = thrown
        throw thrown
    } finally {
        token.closeAfter(failure)
    }
}

@PublishedApi
internal fun Token<*>.closeAfter(failure: Throwable?) {
    try {
        close()
    } catch (refusal: RuntimeException) {
        failure?.addSuppressed(refusal) ?: throw refusal
    }
}

/**
 * Reads this variable as a property, with [ContextVar.get].
 *
 * ```
 * val localeVar = ContextVar<Locale>("locale", Locale.ROOT)
 * var locale by localeVar
 * locale = Locale.FRENCH
 * println(localeVar.get()) // prints fr
 * ```
 *
 * @throws dev.contextvars.UnboundVariableException if there is neither a value nor a default
 */
public operator fun <T> ContextVar<T>.getValue(thisRef: Any?, property: KProperty<*>): T = get()

/** Sets this variable as a property, with [ContextVar.set]; the previous value cannot be restored, because there is no token. */
public operator fun <T> ContextVar<T>.setValue(thisRef: Any?, property: KProperty<*>, value: T) {
    set(value)
}

/**
 * Returns a function that runs [function] in this context, on whatever thread calls it: asyncio's
 * `call_soon(context=…)`.
 *
 * ```
 * user.set("alice")
 * val callback = Context.copyContext().wrap { failure: Throwable? -> println("${user.get()}: $failure") }
 * user.set("bob")
 * launch { }.apply { invokeOnCompletion(callback) }.join() // prints alice: null
 * ```
 *
 * Each call enters this context, as [Context.run] does, and throws [dev.contextvars.ContextEnteredException] while it
 * is entered. For a lambda without parameters Kotlin prefers the member [Context.wrap], which takes a Runnable: pass a
 * value of a function type, or use [Context.wrapSupplier].
 */
public fun <R> Context.wrap(function: () -> R): () -> R = { run<R> { function() } }

/** Returns a function of one parameter that runs [function] in this context, as [wrap] does. */
public fun <P, R> Context.wrap(function: (P) -> R): (P) -> R = { argument -> run<R> { function(argument) } }

/** Returns a function of two parameters that runs [function] in this context, as [wrap] does. */
public fun <P1, P2, R> Context.wrap(function: (P1, P2) -> R): (P1, P2) -> R =
    { first, second -> run<R> { function(first, second) } }
