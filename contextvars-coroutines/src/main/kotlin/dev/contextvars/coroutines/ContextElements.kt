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
 * To run a new coroutine in `ctx` itself, use [asSharedElement]. Bind the element at the root (`runBlocking`,
 * `CoroutineScope`, a server's parent context): a coroutine without one runs in whatever its thread has.
 *
 * If a thread has entered `ctx` with [Context.run], a coroutine that starts or resumes in `ctx` fails with
 * [dev.contextvars.ContextEnteredException]. Its body does not run, with two exceptions, in which kotlinx.coroutines
 * starts the body at once: `withContext(ctx.asElement())` on the caller's dispatcher, and a start that is
 * UNDISPATCHED, ATOMIC or on an unconfined dispatcher. Then the body runs in a copy of `ctx` until it first suspends.
 * `withContext(ctx)` has no such exception.
 *
 * The element may be used any number of times, by any thread. A dispatch costs O(1), whatever the number of variables,
 * and allocates nothing.
 */
public fun Context.asElement(): ThreadContextElement<*> = ContextSource.copyForNewCoroutine(this).toElement()

/**
 * Returns a coroutine context element with which the one coroutine that is built runs in this context itself, and not
 * in a copy: asyncio's `create_task(coro, context=context)`.
 *
 * ```
 * val session = Context()
 * launch(session.asSharedElement()) { user.set("alice") }.join()
 * println(session[user]) // prints alice
 * ```
 *
 * It works for every builder: `launch(ctx.asSharedElement() + Dispatchers.IO)`, `async`, `produce`, `future`,
 * `runBlocking`. Children of the coroutine get copies. The caller must ensure that no other code runs in this context
 * at the same time: a coroutine that lost the context to another one gets [dev.contextvars.ContextContendedException]
 * at its next `set`. In a `CoroutineScope` that has this element, each coroutine launched there shares the context.
 *
 * A coroutine that starts or resumes while a thread has entered this context fails; see [asElement].
 */
public fun Context.asSharedElement(): ThreadContextElement<*> = ContextSource.shared(this).toElement()

/**
 * Whether this coroutine context has an element of this library: whether its coroutines run in a [Context] of their
 * own or their caller's, and not in whatever the thread has.
 *
 * ```
 * if (!currentCoroutineContext().hasContextElement) println("no Context here") // prints no Context here
 * ```
 *
 * [ensureContextElement] throws in one line if there is none. O(1), on any thread.
 */
public val CoroutineContext.hasContextElement: Boolean
    get() = this[ContextElementKey] as Any? != null

/**
 * Checks that a Context of this coroutine is current, so that it can set variables that no other code sees.
 *
 * ```
 * suspend fun enter(name: String) {
 *     ensureContextElement()
 *     tenant.set(name)
 * }
 * ```
 *
 * @throws ContextRequiredException if the coroutine has no element of [asElement], or if the element is not installed on
 *   this thread: kotlinx.coroutines installs none after `suspend fun main` has suspended, because it has no dispatcher
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
