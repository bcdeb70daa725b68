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
 * Sets this variable, runs the block, and resets the variable, whether the block returns or throws (Python's `with
 * var.set(value):`).
 *
 * ```
 * locale.withValue(Locale.FRENCH) {
 *     println(locale.get()) // prints fr
 * }
 * ```
 *
 * If the block suspends, the coroutine must have a context element ([asElement]). Otherwise the block may end in
 * another context, in which the variable cannot be reset. Costs one set and one reset.
 *
 * @throws dev.contextvars.ContextRequiredException as [ContextVar.set]; the block does not run
 * @throws dev.contextvars.ContextContendedException if another task has taken over the context: before the block, which
 *   then does not run, or during it, and then the variable is not reset
 * @throws dev.contextvars.WrongContextException if another context is current when the block ends; the variable is not
 *   reset. If the block throws too, this exception is added to the block's exception as suppressed
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
    } catch (notReset: RuntimeException) {
        failure?.addSuppressed(notReset) ?: throw notReset
    }
}

/**
 * Reads this variable as a property, as [ContextVar.get] does; the cost is the same.
 *
 * ```
 * val localeVar = ContextVar<Locale>("locale", Locale.ROOT)
 * var locale by localeVar
 * locale = Locale.FRENCH
 * println(localeVar.get()) // prints fr
 * ```
 *
 * @throws dev.contextvars.UnboundVariableException if the variable is not set and has no default
 */
public operator fun <T> ContextVar<T>.getValue(thisRef: Any?, property: KProperty<*>): T = get()

/**
 * Sets this variable as a property, as [ContextVar.set] does. The previous value cannot be restored, because the token
 * is discarded.
 *
 * @throws dev.contextvars.ContextRequiredException as [ContextVar.set]; nothing is set
 * @throws dev.contextvars.ContextContendedException as [ContextVar.set]; nothing is set
 */
public operator fun <T> ContextVar<T>.setValue(thisRef: Any?, property: KProperty<*>, value: T) {
    set(value)
}

/**
 * Returns a function that runs [function] in this context, on whatever thread calls it (asyncio's
 * `call_soon(context=…)`).
 *
 * ```
 * user.set("alice")
 * val callback = Context.copyContext().wrap { failure: Throwable? -> println("${user.get()}: $failure") }
 * user.set("bob")
 * launch { }.apply { invokeOnCompletion(callback) }.join() // prints alice: null
 * ```
 *
 * Each call enters this context, as [Context.run] does, and throws [dev.contextvars.ContextEnteredException] while it
 * is entered; [function] then does not run. For a lambda without parameters, Kotlin prefers the member [Context.wrap],
 * which takes a Runnable. Pass a value of a function type instead, or use [Context.wrapSupplier]. O(1).
 */
public fun <R> Context.wrap(function: () -> R): () -> R = { run<R> { function() } }

/** Returns a function of one parameter that runs [function] in this context, as [wrap] does. */
public fun <P, R> Context.wrap(function: (P) -> R): (P) -> R = { argument -> run<R> { function(argument) } }

/** Returns a function of two parameters that runs [function] in this context, as [wrap] does. */
public fun <P1, P2, R> Context.wrap(function: (P1, P2) -> R): (P1, P2) -> R =
    { first, second -> run<R> { function(first, second) } }
