// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc.docs

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.grpc.ContextVarsClientInterceptor
import dev.contextvars.grpc.ContextVarsCoroutineInterceptor
import dev.contextvars.grpc.ContextVarsServerInterceptor
import dev.contextvars.grpc.contextPerCall
import io.grpc.Grpc
import io.grpc.InsecureServerCredentials
import io.grpc.ManagedChannel
import io.grpc.ManagedChannelBuilder
import io.grpc.Metadata
import io.grpc.ServerBuilder
import io.grpc.ServerInterceptor
import io.grpc.ServerServiceDefinition

private val requestId = ContextVar<String>("request id")
private val requestIdKey = Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER)

private fun isRequestId(text: String) = text.length == 36

/** The examples in the documentation of the functions, for the compiler: the specs of each run more than these. */
@Suppress("unused")
internal object KdocExamples {
    fun perCall(orders: ServerServiceDefinition, accessLog: ServerInterceptor): ServerBuilder<*> {
        // snippet: contextPerCall
        val builder = Grpc
            .newServerBuilderForPort(8080, InsecureServerCredentials.create())
            .addService(orders)
            .intercept(accessLog)
            .contextPerCall { headers -> headers[requestIdKey]?.takeIf(::isRequestId)?.let(requestId::set) }
        // end: contextPerCall
        return builder
    }

    fun server(orders: ServerServiceDefinition): ServerBuilder<*> {
        // snippet: server
        val builder = Grpc
            .newServerBuilderForPort(8080, InsecureServerCredentials.create())
            .addService(orders)
            .intercept(
                ContextVarsServerInterceptor(Context()) { headers -> headers[requestIdKey]?.let(requestId::set) },
            )
        // end: server
        return builder
    }

    fun coroutine(orders: ServerServiceDefinition): ServerBuilder<*> {
        // snippet: coroutine
        val builder = Grpc
            .newServerBuilderForPort(8080, InsecureServerCredentials.create())
            .addService(orders)
            .intercept(ContextVarsCoroutineInterceptor())
            .intercept(ContextVarsServerInterceptor())
        // end: coroutine
        return builder
    }

    fun client(): ManagedChannel {
        // snippet: client
        val channel = ManagedChannelBuilder
            .forAddress("localhost", 8080)
            .intercept(ContextVarsClientInterceptor())
            .build()
        // end: client
        return channel
    }
}
