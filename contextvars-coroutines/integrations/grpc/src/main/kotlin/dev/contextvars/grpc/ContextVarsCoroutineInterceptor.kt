// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.coroutines.asElement
import io.grpc.Metadata
import io.grpc.ServerCall
import io.grpc.kotlin.CoroutineContextServerInterceptor
import kotlin.coroutines.CoroutineContext

/**
 * Runs the coroutine of each call of grpc-kotlin in a copy of the call's [Context], taken when the coroutine starts.
 *
 * The copy has the values that interceptors have set before the service is called. It is kept across suspensions. What
 * the coroutine sets is visible to interceptors while it sends messages and closes the call, but not in the events of
 * their listeners, because a cancellation can arrive while the coroutine runs.
 *
 * [contextPerCall] adds this interceptor. Without it, add it just before the [ContextVarsServerInterceptor]:
 *
 * ```
 * val builder = Grpc
 *     .newServerBuilderForPort(8080, InsecureServerCredentials.create())
 *     .addService(orders)
 *     .intercept(ContextVarsCoroutineInterceptor())
 *     .intercept(ContextVarsServerInterceptor())
 * ```
 *
 * If the call has no Context, the coroutine's is initially empty. It costs O(1) for each call.
 */
public class ContextVarsCoroutineInterceptor : CoroutineContextServerInterceptor() {
    /** Returns the element of the call's Context, which the coroutine copies when it starts. */
    override fun coroutineContext(call: ServerCall<*, *>, headers: Metadata): CoroutineContext =
        (ContextSwap.current() ?: Context()).asElement()
}
