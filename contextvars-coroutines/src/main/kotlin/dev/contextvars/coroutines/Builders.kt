// SPDX-License-Identifier: Apache-2.0
@file:JvmName("ContextBuilders")

package dev.contextvars.coroutines

import dev.contextvars.Context
import kotlinx.coroutines.CoroutineScope
import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn

/**
 * Runs the block in [context] itself and returns its result, as `withContext(context.asElement(), block)` does, but
 * several times faster.
 *
 * ```
 * withContext(Context()) {
 *     tenant.set("acme")
 *     withContext(Dispatchers.IO) { println(tenant.get()) } // prints acme
 * }
 * ```
 *
 * What the block sets remains in [context]. Children of the block get copies. The block runs on the caller's
 * dispatcher; entering and leaving costs O(1), and no dispatch. Like kotlinx.coroutines' `withContext` it is
 * cancellable: if the caller is cancelled before the block starts, or before it could resume the caller, a
 * CancellationException is thrown.
 *
 * @throws dev.contextvars.ContextEnteredException if a thread has entered [context] with [Context.run]; the block does not
 *   run. If a thread enters it while the block is suspended, the block fails with this exception when it resumes
 */
@OptIn(ExperimentalContracts::class)
@Suppress("LEAKED_IN_PLACE_LAMBDA", "WRONG_INVOCATION_KIND") // the compiler does not look through the intrinsic
public suspend fun <T> withContext(context: Context, block: suspend CoroutineScope.() -> T): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return suspendCoroutineUninterceptedOrReturn { caller -> ContextScope.start(context, block, caller) }
}
