// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import dev.contextvars.Context
import io.grpc.CallOptions
import io.grpc.Channel
import io.grpc.ClientCall
import io.grpc.ClientInterceptor
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener
import io.grpc.Metadata
import io.grpc.MethodDescriptor
import io.grpc.Status

/**
 * Runs the callbacks of a client's call in a copy of the [Context] that was current when the call was started.
 *
 * Intended for stubs with callbacks, such as `StreamObserver`, which gRPC calls on its own threads. Without the
 * interceptor, callbacks read defaults, and a variable that a callback sets stays on gRPC's thread. Blocking stubs and
 * the stubs of grpc-kotlin do not need it.
 *
 * ```
 * val channel = ManagedChannelBuilder
 *     .forAddress("localhost", 8080)
 *     .intercept(ContextVarsClientInterceptor())
 *     .build()
 * ```
 *
 * Add it before all other interceptors, so that their callbacks run in the copy, too. All callbacks of a call share one
 * copy. What they set is not visible to the code that started the call. If that code has no Context, the copy is
 * initially empty.
 *
 * The interceptor may be used for any number of channels. It costs O(1) for each call and for each callback.
 */
public class ContextVarsClientInterceptor : ClientInterceptor {
    /** Returns a call whose listener runs in a copy of the Context of the code that starts the call. */
    override fun <Q, R> interceptCall(
        method: MethodDescriptor<Q, R>,
        options: CallOptions,
        next: Channel,
    ): ClientCall<Q, R> = object : SimpleForwardingClientCall<Q, R>(next.newCall(method, options)) {
        override fun start(responseListener: Listener<R>, headers: Metadata) =
            super.start(ListenerInContext(responseListener, Context.copyContext()), headers)
    }

    private class ListenerInContext<R>(
        listener: ClientCall.Listener<R>,
        private val context: Context,
    ) : SimpleForwardingClientCallListener<R>(listener) {
        override fun onHeaders(headers: Metadata) = context.attached { super.onHeaders(headers) }

        override fun onMessage(message: R) = context.attached { super.onMessage(message) }

        override fun onClose(status: Status, trailers: Metadata) = context.attached { super.onClose(status, trailers) }

        override fun onReady() = context.attached { super.onReady() }
    }
}
