// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import io.grpc.CallOptions
import io.grpc.Channel
import io.grpc.MethodDescriptor
import io.grpc.MethodDescriptor.MethodType
import io.grpc.ServerServiceDefinition
import io.grpc.Status
import io.grpc.kotlin.ClientCalls
import io.grpc.stub.ServerCallStreamObserver
import io.grpc.stub.StreamObserver
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.flow.withIndex
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import io.grpc.kotlin.ServerCalls as KotlinCalls
import io.grpc.stub.ServerCalls as JavaCalls

/** A kind of call. Requests and responses are the name of the call; a stream has two. */
internal enum class Kind(private val type: MethodType, val isKotlin: Boolean = false) {
    JAVA_UNARY(MethodType.UNARY),
    JAVA_STREAM(MethodType.SERVER_STREAMING),
    JAVA_BIDI(MethodType.BIDI_STREAMING),
    KOTLIN_UNARY(MethodType.UNARY, isKotlin = true),
    KOTLIN_STREAM(MethodType.SERVER_STREAMING, isKotlin = true),
    KOTLIN_BIDI(MethodType.BIDI_STREAMING, isKotlin = true),
    ;

    val method: MethodDescriptor<String, String> =
        MethodDescriptor
            .newBuilder(Text, Text)
            .setType(type)
            .setFullMethodName("$SERVICE/$name")
            .build()

    /**
     * What each place reads. A call of grpc-java has one Context; the coroutine of grpc-kotlin runs in a copy of it.
     */
    val reads: Map<String, String> = mapOf(
        "inner start" to "own",
        "inner onReady" to "own",
        "inner onMessage" to if (this.name == "JAVA_BIDI") "own, set" else "own",
        "inner onHalfClose" to if (this.name == "JAVA_BIDI") "set" else "own",
        "service" to "own",
        "service later" to "set",
        "inner sendMessage" to "set",
        "inner close" to "set",
        "inner onComplete" to if (isKotlin) "own" else "set",
        // Added after contextPerCall, and so called by gRPC without a Context, and by the service with its Context.
        "outer start" to DEFAULT,
        "outer onReady" to DEFAULT,
        "outer onMessage" to DEFAULT,
        "outer onHalfClose" to DEFAULT,
        "outer sendMessage" to "set",
        "outer close" to "set",
        "outer onComplete" to DEFAULT,
    )

    /** Sends a call, and returns its responses. */
    suspend fun send(channel: Channel, call: String, options: CallOptions = CallOptions.DEFAULT): List<String> =
        when (type) {
            MethodType.UNARY -> listOf(ClientCalls.unaryRpc(channel, method, call, options, headers(call)))
            MethodType.SERVER_STREAMING -> stream(channel, call).toList()
            else -> ClientCalls.bidiStreamingRpc(channel, method, flowOf(call, call), options, headers(call)).toList()
        }

    fun stream(channel: Channel, call: String): Flow<String> =
        ClientCalls.serverStreamingRpc(channel, method, call, headers = headers(call))
}

internal const val SERVICE = "test"

/** What a service does after it has set the variable. */
internal enum class Ending { RESPONSE, ERROR, EXCEPTION, CANCELLATION }

/** Returns a service with a method for each kind of call; bidirectional streams always end with a response. */
internal fun service(journal: Journal, ending: Ending = Ending.RESPONSE): ServerServiceDefinition {
    val java = JavaService(journal, ending)
    val kotlin = KotlinService(journal, ending)
    return ServerServiceDefinition
        .builder(SERVICE)
        .addMethod(Kind.JAVA_UNARY.method, JavaCalls.asyncUnaryCall { call, to -> java.respond(call, 1, to) })
        .addMethod(
            Kind.JAVA_STREAM.method,
            JavaCalls.asyncServerStreamingCall {
                call,
                to,
                ->
                java.respond(call, 2, to)
            },
        ).addMethod(Kind.JAVA_BIDI.method, JavaCalls.asyncBidiStreamingCall(java::respondToEach))
        .addMethod(KotlinCalls.unaryServerMethodDefinition(DISPATCHER, Kind.KOTLIN_UNARY.method, kotlin::respond))
        .addMethod(
            KotlinCalls.serverStreamingServerMethodDefinition(DISPATCHER, Kind.KOTLIN_STREAM.method, kotlin::stream),
        ).addMethod(
            KotlinCalls.bidiStreamingServerMethodDefinition(DISPATCHER, Kind.KOTLIN_BIDI.method, kotlin::respondToEach),
        ).build()
}

private val DISPATCHER = Dispatchers.Default

/** Reads the variable and sets it. */
private fun Journal.change(call: String) {
    read(call, "service")
    name.set(setBy(call))
}

private class JavaService(private val journal: Journal, private val ending: Ending) {
    fun respond(call: String, count: Int, responses: StreamObserver<String>) {
        journal.change(call)
        when (ending) {
            Ending.RESPONSE -> {
                repeat(count) {
                    responses.onNext(call)
                    journal.read(call, "service later")
                }
                responses.onCompleted()
            }

            Ending.ERROR -> {
                responses.onError(Status.PERMISSION_DENIED.asException())
            }

            Ending.EXCEPTION -> {
                error("the service fails")
            }

            Ending.CANCELLATION -> {
                (responses as ServerCallStreamObserver).setOnCancelHandler { journal.read(call, "cancellation") }
                if (count > 1) responses.onNext(call)
            }
        }
    }

    fun respondToEach(responses: StreamObserver<String>) = object : StreamObserver<String> {
        private var call: String? = null

        override fun onNext(request: String) {
            if (call == null) journal.change(request) else journal.read(request, "service later")
            call = request
            responses.onNext(request)
        }

        override fun onCompleted() {
            journal.read(call!!, "service later")
            responses.onCompleted()
        }

        override fun onError(failure: Throwable) = Unit
    }
}

private class KotlinService(private val journal: Journal, private val ending: Ending) {
    suspend fun respond(call: String): String {
        journal.change(call)
        end(call)
        return call
    }

    fun stream(call: String): Flow<String> = flow {
        journal.change(call)
        emit(call)
        end(call)
        emit(call)
    }

    fun respondToEach(calls: Flow<String>): Flow<String> = calls.withIndex().map { (index, call) ->
        if (index == 0) journal.change(call) else readLater(call)
        call
    }

    private suspend fun end(call: String) {
        when (ending) {
            Ending.RESPONSE -> {
                readLater(call)
            }

            Ending.ERROR -> {
                throw Status.PERMISSION_DENIED.asException()
            }

            Ending.EXCEPTION -> {
                error("the service fails")
            }

            Ending.CANCELLATION -> {
                try {
                    awaitCancellation()
                } finally {
                    withContext(NonCancellable) { yield() }
                    journal.read(call, "cancellation")
                }
            }
        }
    }

    private suspend fun readLater(call: String) {
        yield()
        journal.read(call, "service later")
        withContext(Dispatchers.IO) { journal.read(call, "service later") }
        coroutineScope { launch { name.set("of a child") } }
        journal.read(call, "service later")
    }
}
