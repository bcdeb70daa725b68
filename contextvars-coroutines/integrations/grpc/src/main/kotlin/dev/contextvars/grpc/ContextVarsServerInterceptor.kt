// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import dev.contextvars.Context
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener
import io.grpc.Metadata
import io.grpc.ServerCall
import io.grpc.ServerCallHandler
import io.grpc.ServerInterceptor
import java.util.function.Consumer

/**
 * Gives each call of a server its own [Context]: a copy of a base Context. It is current in the interceptors after this
 * one, in the service, and in each event of the call's listener.
 *
 * The interceptor must be the last one that is added to the server, because gRPC calls the last one first. In Kotlin,
 * use [contextPerCall], which adds it.
 *
 * ```
 * val builder = Grpc
 *     .newServerBuilderForPort(8080, InsecureServerCredentials.create())
 *     .addService(orders)
 *     .intercept(
 *         ContextVarsServerInterceptor(Context()) { headers -> headers[requestIdKey]?.let(requestId::set) },
 *     )
 * ```
 *
 * All events of a call have one Context: what a service sets at the first message, it reads at the next one. After each
 * event, the thread has what it had before, including after an exception. A service of grpc-kotlin is a coroutine, and
 * also needs the [ContextVarsCoroutineInterceptor].
 *
 * gRPC runs the events of a call one after another, each happens-before the next one. If an interceptor calls the
 * service on another thread, that thread has no Context.
 *
 * The interceptor may be used for any number of servers. It costs O(1) for each call and for each event.
 *
 * @param base the context that is copied for each call, when the call begins
 * @param initial sets variables in the call's Context, before all other code. Headers come from the client: check their
 *   values. If it throws, gRPC logs the exception and closes the call with its status; the service is not called
 */
public class ContextVarsServerInterceptor
    @JvmOverloads
    constructor(
        private val base: Context = Context(),
        private val initial: Consumer<in Metadata> = Consumer {},
    ) : ServerInterceptor {
        /** Runs the rest of the call in its Context. */
        override fun <Q, R> interceptCall(
            call: ServerCall<Q, R>,
            headers: Metadata,
            next: ServerCallHandler<Q, R>,
        ): ServerCall.Listener<Q> {
            val context = base.copy()
            return context.attached {
                initial.accept(headers)
                ListenerInContext(next.startCall(call, headers), context)
            }
        }

        private class ListenerInContext<Q>(
            listener: ServerCall.Listener<Q>,
            private val context: Context,
        ) : SimpleForwardingServerCallListener<Q>(listener) {
            override fun onMessage(message: Q) = context.attached { super.onMessage(message) }

            override fun onHalfClose() = context.attached { super.onHalfClose() }

            override fun onCancel() = context.attached { super.onCancel() }

            override fun onComplete() = context.attached { super.onComplete() }

            override fun onReady() = context.attached { super.onReady() }
        }
    }
