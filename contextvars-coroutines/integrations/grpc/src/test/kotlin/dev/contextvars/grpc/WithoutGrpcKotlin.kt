// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import dev.contextvars.ContextVar
import io.grpc.CallOptions
import io.grpc.MethodDescriptor
import io.grpc.ServerServiceDefinition
import io.grpc.stub.ClientCalls
import io.grpc.stub.ServerCalls
import kotlinx.coroutines.runBlocking
import java.io.InputStream

/** A program with grpc-java only. It must not use the fixtures, which need grpc-kotlin. */
internal object WithoutGrpcKotlin {
    private val tenant = ContextVar("tenant", "none")

    @JvmStatic
    fun main(arguments: Array<String>) = runBlocking {
        val method = MethodDescriptor
            .newBuilder(Text, Text)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("test/tenant")
            .build()
        val service = ServerServiceDefinition
            .builder("test")
            .addMethod(
                method,
                ServerCalls.asyncUnaryCall { _, responses ->
                    responses.onNext(tenant.get())
                    responses.onCompleted()
                },
            ).build()
        println("grpc-kotlin=" + if (isPresent("io.grpc.kotlin.ServerCalls")) "present" else "absent")
        serve(service, { contextPerCall { tenant.set("acme") } }) { channel ->
            println("tenant=" + ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, ""))
        }
    }

    private fun isPresent(className: String) = runCatching { Class.forName(className) }.isSuccess
}

internal object Text : MethodDescriptor.Marshaller<String> {
    override fun stream(value: String): InputStream = value.byteInputStream()

    override fun parse(stream: InputStream): String = stream.readBytes().decodeToString()
}
