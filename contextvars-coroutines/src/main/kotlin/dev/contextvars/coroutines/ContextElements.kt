// SPDX-License-Identifier: Apache-2.0
@file:JvmName("ContextElements")

package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextRequiredException
import dev.contextvars.ContextSwap
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.currentCoroutineContext
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext

/**
 * Returns a coroutine context element that makes this context current on each thread while the coroutine runs there.
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
 * The builder determines in which context the code runs:
 *
 * | builder | context |
 * | --- | --- |
 * | `withContext(ctx.asElement())`, on any dispatcher; `runTest(ctx.asElement())` | `ctx` itself |
 * | `launch`, `async`, `produce`, `future`, `runBlocking` with the element | a copy, taken when it is created |
 * | any new coroutine in a coroutine or `CoroutineScope` that has an element | a copy of its context |
 * | `coroutineScope`, `withTimeout`, `withContext(dispatcher)`, `flow { }` in such a coroutine | its context, shared |
 *
 * To run a new coroutine in `ctx` itself, use [asSharedElement]. Bind the element at the root (`runBlocking`,
 * `CoroutineScope`, a server's parent context), because a coroutine without an element runs in the current context of
 * its thread.
 *
 * If a thread has entered `ctx` with [Context.run], a coroutine that starts or resumes in `ctx` fails with
 * [dev.contextvars.ContextEnteredException]. Its body does not run, except in two cases, in which kotlinx.coroutines
 * starts the body at once: `withContext(ctx.asElement())` on the caller's dispatcher, and a start that is UNDISPATCHED,
 * ATOMIC or on an unconfined dispatcher. In these cases the body runs in a copy of `ctx` until its first suspension.
 * `withContext(ctx)` does not start its body in either case.
 *
 * The element may be used any number of times, by any thread. A dispatch costs O(1), independent of the number of
 * variables, and allocates nothing.
 */
public fun Context.asElement(): ThreadContextElement<*> = ContextSource.copyForNewCoroutine(this).toElement()

/**
 * Returns a coroutine context element for one coroutine, which runs in this context itself and not in a copy (asyncio's
 * `create_task(coro, context=context)`).
 *
 * ```
 * val session = Context()
 * launch(session.asSharedElement()) { user.set("alice") }.join()
 * println(session[user]) // prints alice
 * ```
 *
 * It works for every builder: `launch(ctx.asSharedElement() + Dispatchers.IO)`, `async`, `produce`, `future`,
 * `runBlocking`. Children of the coroutine get copies. The caller must ensure that no other code runs in this context
 * at the same time: if another coroutine has taken over the context, the next `set` throws
 * [dev.contextvars.ContextContendedException]. If a `CoroutineScope` has this element, all coroutines launched in it
 * share the context.
 *
 * A coroutine that starts or resumes while a thread has entered this context fails; see [asElement]. A dispatch costs
 * O(1).
 */
public fun Context.asSharedElement(): ThreadContextElement<*> = ContextSource.shared(this).toElement()

/**
 * Whether this coroutine context has an element of this library. Without one, its coroutines run in the current context
 * of their thread.
 *
 * ```
 * if (!currentCoroutineContext().hasContextElement) println("no Context here") // prints no Context here
 * ```
 *
 * See also [ensureContextElement], which throws if there is no element. O(1), on any thread.
 */
public val CoroutineContext.hasContextElement: Boolean
    get() = this[ContextElementKey] as Any? != null

/**
 * Checks that this coroutine has its own current Context, so that the variables it sets are not visible to other code;
 * O(1).
 *
 * ```
 * suspend fun enter(name: String) {
 *     ensureContextElement()
 *     tenant.set(name)
 * }
 * ```
 *
 * @throws ContextRequiredException if the coroutine has no context element, or if the element is not installed on this
 *   thread. `suspend fun main` has no dispatcher, so kotlinx.coroutines does not install its element after a suspension
 */
public suspend fun ensureContextElement() {
    val coroutineContext = currentCoroutineContext()
    if (!coroutineContext.hasContextElement) {
        throw ContextRequiredException(
            "no Context is bound to this coroutine: what it sets may be lost at a suspension, or seen by others. " +
                ADVICE,
        )
    }
    val current = ContextSwap.current()
    val own = coroutineContext.contextElement?.context
    val isInstalled = coroutineContext[ContinuationInterceptor] is CoroutineDispatcher || current === own
    if (current == null || !isInstalled) {
        throw ContextRequiredException(
            "the Context of this coroutine is not current: without a dispatcher, kotlinx.coroutines does not " +
                "install it after a suspension. " + ADVICE,
        )
    }
}

private const val ADVICE =
    "Bind one at the root: runBlocking(Context().asElement()) { … }, CoroutineScope(Context().asElement()), " +
        "or embeddedServer(parentCoroutineContext = …)"
