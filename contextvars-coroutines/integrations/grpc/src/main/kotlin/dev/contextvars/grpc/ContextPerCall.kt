// SPDX-License-Identifier: Apache-2.0
@file:JvmName("ServerBuilders")

package dev.contextvars.grpc

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import io.grpc.Metadata
import io.grpc.ServerBuilder

/**
 * Gives each call of the server its own [Context], and returns the builder.
 *
 * It must be the last interceptor of the builder, because gRPC calls the last one first. All others then run in the
 * call's Context.
 *
 * ```
 * val builder = Grpc
 *     .newServerBuilderForPort(8080, InsecureServerCredentials.create())
 *     .addService(orders)
 *     .intercept(accessLog)
 *     .contextPerCall { headers -> headers[requestIdKey]?.takeIf(::isRequestId)?.let(requestId::set) }
 * ```
 *
 * It adds a [ContextVarsServerInterceptor] and, if grpc-kotlin is on the class path, a
 * [ContextVarsCoroutineInterceptor].
 *
 * @param base the context that is copied for each call, when the call begins
 * @param initial sets variables in the call's Context, before all other code. Headers come from the client: check their
 *   values. If it throws, gRPC logs the exception and closes the call with its status; the service is not called
 */
public fun <B : ServerBuilder<*>> B.contextPerCall(
    base: Context = Context(),
    initial: (headers: Metadata) -> Unit = {},
): B = apply {
    if (hasGrpcKotlin) addCoroutineInterceptor()
    intercept(ContextVarsServerInterceptor(base, initial))
}

// In a function of its own, so that the class is loaded only if grpc-kotlin is present.
private fun ServerBuilder<*>.addCoroutineInterceptor() {
    intercept(ContextVarsCoroutineInterceptor())
}

private val hasGrpcKotlin: Boolean =
    try {
        Class.forName("io.grpc.kotlin.CoroutineContextServerInterceptor")
        true
    } catch (absent: ClassNotFoundException) {
        false
    }

/** Runs the body in this Context. The caller ensures that no other thread runs in it at the same time. */
internal inline fun <T> Context.attached(body: () -> T): T {
    val token = ContextSwap.attach(this)
    try {
        return body()
    } finally {
        ContextSwap.detach(token)
    }
}
