// SPDX-License-Identifier: Apache-2.0
@file:JvmName("ContextBuilders")

package dev.contextvars.coroutines

import dev.contextvars.Context
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Launches a coroutine which runs in [context] itself, not in a copy: asyncio's `create_task(coro, context=context)`.
 *
 * ```
 * val session = Context()
 * launch(session) { user.set("alice") }.join()
 * println(session[user]) // prints alice
 * ```
 *
 * The caller sees to it that no other code runs in [context] at the same time. Children get copies.
 *
 * @param coroutineContext the rest of the coroutine's context, such as a dispatcher
 */
public fun CoroutineScope.launch(
    context: Context,
    coroutineContext: CoroutineContext = EmptyCoroutineContext,
    start: CoroutineStart = CoroutineStart.DEFAULT,
    block: suspend CoroutineScope.() -> Unit,
): Job = launch(coroutineContext + ContextElement.adopting(context), start, block)

/**
 * Starts a coroutine with a result which runs in [context] itself, not in a copy, as [launch] does.
 *
 * @param coroutineContext the rest of the coroutine's context, such as a dispatcher
 */
public fun <T> CoroutineScope.async(
    context: Context,
    coroutineContext: CoroutineContext = EmptyCoroutineContext,
    start: CoroutineStart = CoroutineStart.DEFAULT,
    block: suspend CoroutineScope.() -> T,
): Deferred<T> = async(coroutineContext + ContextElement.adopting(context), start, block)

/**
 * Runs the block in [context] itself and returns its result: `withContext(context.asElement(), block)`.
 *
 * ```
 * withContext(Context()) {
 *     tenant.set("acme")
 *     withContext(Dispatchers.IO) { println(tenant.get()) } // prints acme
 * }
 * ```
 */
public suspend fun <T> withContext(context: Context, block: suspend CoroutineScope.() -> T): T =
    withContext(ContextElement.adopting(context), block)
