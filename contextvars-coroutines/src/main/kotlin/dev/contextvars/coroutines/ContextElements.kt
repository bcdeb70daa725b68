// SPDX-License-Identifier: Apache-2.0
@file:JvmName("ContextElements")

package dev.contextvars.coroutines

import dev.contextvars.Context
import kotlinx.coroutines.currentCoroutineContext
import kotlin.coroutines.CoroutineContext

/**
 * Returns a coroutine context element which makes this context current whenever the coroutine runs, and no longer when
 * it suspends.
 *
 * ```
 * val user = ContextVar<String>("user")
 * withContext(Context.copyContext().asElement()) {
 *     user.set("alice")
 *     delay(10) // may resume on any thread
 *     launch { user.set("bob") }.join() // the child has a copy
 *     println(user.get()) // prints alice
 * }
 * ```
 *
 * Which context the code runs in depends on the builder:
 *
 * | builder | context |
 * | --- | --- |
 * | `withContext(ctx.asElement())`, on any dispatcher; `runTest(ctx.asElement())` | `ctx` itself |
 * | `launch`, `async`, `produce`, `future`, `runBlocking` with the element | a copy, taken when it is built |
 * | any new coroutine in one that has an element, or in a `CoroutineScope` that has | a copy of that one's |
 * | `coroutineScope`, `withTimeout`, `withContext(dispatcher)`, `flow { }` in one that has | its own, shared |
 *
 * To launch a coroutine in `ctx` itself, use [launch] or [async] of this library. Bind the element at the root
 * (`runBlocking`, `CoroutineScope`, a server's parent context): a coroutine without one runs in whatever its thread has.
 *
 * The element may be used any number of times, by any thread. A dispatch costs O(1), whatever the number of variables,
 * and allocates nothing.
 */
public fun Context.asElement(): CoroutineContext.Element = ContextElement.of(this)

/**
 * Whether an element of [asElement] is bound: whether coroutines of this context run in a [Context] of their own or of
 * their caller's, and not in whatever the thread has.
 *
 * ```
 * if (!currentCoroutineContext().hasContextElement) println("no Context here") // prints no Context here
 * ```
 *
 * Where a coroutine cannot do without one, [ensureContextElement] says so in one line. Takes O(1), on any thread.
 */
public val CoroutineContext.hasContextElement: Boolean
    // Not this[ContextElement], which casts: integrations have elements of their own with this key.
    get() = minusKey(ContextElement) !== this

/**
 * Checks that this coroutine has a context of its own, and so may set variables that nobody else sees.
 *
 * ```
 * suspend fun enter(name: String) {
 *     ensureContextElement()
 *     tenant.set(name)
 * }
 * ```
 *
 * @throws IllegalStateException if no element of [asElement] is bound, with advice on where to bind one
 */
public suspend fun ensureContextElement() {
    check(currentCoroutineContext().hasContextElement) {
        "no Context is bound to this coroutine: what it sets may be lost at a suspension, or seen by others. " +
            "Bind one at the root, as in runBlocking(Context().asElement()), " +
            "CoroutineScope(Context().asElement()) or " +
            "embeddedServer(parentCoroutineContext = Context().asElement())"
    }
}
