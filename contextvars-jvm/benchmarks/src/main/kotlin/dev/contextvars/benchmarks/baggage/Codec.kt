// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.baggage

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.baggage.BaggageVariables
import dev.contextvars.baggage.ValueCodec
import dev.contextvars.benchmarks.peers.implementation
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator
import io.opentelemetry.context.propagation.TextMapGetter
import java.util.logging.Level
import java.util.logging.Logger
import io.opentelemetry.api.baggage.Baggage as OtelBaggage
import io.opentelemetry.context.Context as OtelContext

/** An implementation of baggage, found by its name as a [Peer][dev.contextvars.benchmarks.peers.Peer] is. */
abstract class Codec {
    /** Writes a header with the values of the current context. */
    abstract fun write(): Any?

    /** Reads the values of [header]. */
    abstract fun read(header: String): Any?

    companion object {
        internal val VALUES = listOf("acme", "00000000-0000-4000-8000-00000000000a", "free plan")

        /** Creates the codec called [impl], with the first [count] keys bound on this thread. */
        @JvmStatic
        fun create(impl: String, count: Int): Codec = implementation(Codec::class.java, impl, count)

        /** Returns a header of the given [kind]. */
        @JvmStatic
        fun header(kind: String): String = when (kind) {
            "threeOf3" -> members(3)
            "threeOf20" -> members(20)
            "members8191" -> "k=v,".repeat(2_048).take(8_191)
            "commas4096" -> ",".repeat(4_096)
            "commas8192" -> ",".repeat(8_192)
            else -> "k=v,".repeat(250_000)
        }

        /** The three keys that can be bound are the last ones. */
        private fun members(count: Int) =
            (3 - count..2).joinToString(",") { "key$it=${VALUES[it.mod(3)].replace(" ", "%20")}" }
    }
}

/** This library. */
internal class ContextvarsCodec(count: Int) : Codec() {
    private val variables = List(5) { ContextVar<String>("key$it") }
    private val baggage = BaggageVariables.builder().apply { variables.forEach { add(it, ValueCodec.STRING) } }.build()

    init {
        ContextSwap.swap(Context())
        repeat(count) { variables[it].set(VALUES[it]) }
    }

    override fun write(): Any? = baggage.header()
    override fun read(header: String): Any? = baggage.read(header)
}

/** OpenTelemetry. */
internal class OpenTelemetryCodec(count: Int) : Codec() {
    // It logs a stack trace for each invalid header.
    private val logger = Logger.getLogger("io.opentelemetry.api.baggage.propagation").apply { level = Level.OFF }
    private val propagator = W3CBaggagePropagator.getInstance()
    private val getter = TextMapGetter<String> { header, _ -> header }
    private val carrier = arrayOfNulls<String>(1)

    init {
        val bound = OtelBaggage.builder()
        repeat(count) { bound.put("key$it", VALUES[it]) }
        if (count > 0) bound.build().makeCurrent()
    }

    override fun write(): Any? {
        propagator.inject(OtelContext.current(), carrier) { to, _, value -> to!![0] = value }
        return carrier[0]
    }

    override fun read(header: String): Any? = propagator.extract(OtelContext.root(), header, getter)
}
