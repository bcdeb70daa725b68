// SPDX-License-Identifier: Apache-2.0
@file:JvmName("ContextVars")

package dev.contextvars.coroutines

import dev.contextvars.ContextVar
import dev.contextvars.Token
import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.reflect.KProperty

/**
 * Sets this variable, runs the block, and resets the variable, whatever the block does: Python's `with var.set(value):`.
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

/** Sets this variable as a property, with [ContextVar.set]; there is no token, and so no way back but another set. */
public operator fun <T> ContextVar<T>.setValue(thisRef: Any?, property: KProperty<*>, value: T) {
    set(value)
}
