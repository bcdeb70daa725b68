// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import dev.contextvars.ContextVar
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener
import io.grpc.Metadata
import io.grpc.ServerCall
import io.grpc.ServerCallHandler
import io.grpc.ServerInterceptor
import io.grpc.Status
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentMap
import java.util.concurrent.atomic.AtomicInteger

internal const val DEFAULT = "none"

/** The name of a call. The client sends it in a header, and the server sets it at the beginning of the call. */
internal val name = ContextVar("name", DEFAULT)

internal val NAME: Metadata.Key<String> = Metadata.Key.of("x-name", Metadata.ASCII_STRING_MARSHALLER)

internal fun headers(call: String) = Metadata().apply { put(NAME, call) }

/** What the service of the call sets. */
internal fun setBy(call: String) = "$call set"

/**
 * The values that each place reads in each call: `own` for the name of the call, `set` for what its service has set,
 * and any other value as it is.
 */
internal class Journal {
    private val reads = ConcurrentHashMap<String, ConcurrentMap<String, String>>()

    /** The number of calls that are completed or cancelled, with all their interceptors. */
    val ended = AtomicInteger()

    fun read(call: String, place: String) {
        val value = when (val value = name.get()) {
            call -> "own"
            setBy(call) -> "set"
            else -> value
        }
        reads.computeIfAbsent(call) { ConcurrentHashMap() }.merge(place, value) { all, another ->
            if (another in all.split(", ")) all else "$all, $another"
        }
    }

    /** Returns the values of each place of the call, in the order in which they were read. */
    fun of(call: String): Map<String, String> = reads[call].orEmpty()
}

/** Reads the variable wherever gRPC calls an interceptor. */
internal class Recorder(private val journal: Journal, private val side: String) : ServerInterceptor {
    override fun <Q, R> interceptCall(
        call: ServerCall<Q, R>,
        headers: Metadata,
        next: ServerCallHandler<Q, R>,
    ): ServerCall.Listener<Q> {
        val name = headers[NAME] ?: DEFAULT
        val read = { place: String -> journal.read(name, "$side $place") }
        read("start")
        val recorded = object : SimpleForwardingServerCall<Q, R>(call) {
            override fun sendMessage(message: R) {
                read("sendMessage")
                super.sendMessage(message)
            }

            override fun close(status: Status, trailers: Metadata) {
                read("close")
                super.close(status, trailers)
            }
        }
        return object : SimpleForwardingServerCallListener<Q>(next.startCall(recorded, headers)) {
            override fun onMessage(message: Q) {
                read("onMessage")
                super.onMessage(message)
            }

            override fun onHalfClose() {
                read("onHalfClose")
                super.onHalfClose()
            }

            override fun onReady() {
                read("onReady")
                super.onReady()
            }

            override fun onComplete() {
                read("onComplete")
                super.onComplete()
                if (side == OUTER) journal.ended.incrementAndGet()
            }

            override fun onCancel() {
                read("onCancel")
                super.onCancel()
                if (side == OUTER) journal.ended.incrementAndGet()
            }
        }
    }

    companion object {
        /** The recorder that is added before `contextPerCall`, and so runs inside. */
        const val INNER = "inner"

        /** The recorder that is added after `contextPerCall`, and so runs outside. */
        const val OUTER = "outer"
    }
}
