// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry

import dev.contextvars.ContextVar
import dev.contextvars.baggage.BaggageVariables
import dev.contextvars.baggage.ValueCodec
import io.opentelemetry.api.baggage.Baggage
import io.opentelemetry.api.trace.Span
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator
import io.opentelemetry.context.propagation.ContextPropagators
import io.opentelemetry.context.propagation.TextMapGetter
import io.opentelemetry.context.propagation.TextMapPropagator
import io.opentelemetry.sdk.OpenTelemetrySdk
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.data.SpanData
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import java.util.logging.Level
import java.util.logging.Logger
import io.opentelemetry.context.Context as OtelContext

internal val tenant = ContextVar<String>("tenant")

/** Null if no user is logged in. */
internal val user = ContextVar<String?>("user", null)

internal val listed: BaggageVariables = BaggageVariables
    .builder()
    .add(tenant, ValueCodec.STRING)
    .add(user, ValueCodec.STRING)
    .build()

/** The propagator in its usual company. */
internal fun composite(): TextMapPropagator = TextMapPropagator.composite(
    W3CTraceContextPropagator.getInstance(),
    BaggageVariablesPropagator.create(listed),
)

/** The real SDK, with spans that end in memory. */
internal class Telemetry(propagator: TextMapPropagator = composite()) : AutoCloseable {
    private val exporter = InMemorySpanExporter.create()
    val sdk: OpenTelemetrySdk = OpenTelemetrySdk
        .builder()
        .setTracerProvider(SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build())
        .setPropagators(ContextPropagators.create(propagator))
        .build()
    val spans: List<SpanData> get() = exporter.finishedSpanItems

    fun startSpan(name: String): Span = sdk.getTracer("test").spanBuilder(name).startSpan()

    override fun close() = sdk.close()
}

/** Headers, of which a name may occur more than once. */
internal typealias Headers = MutableMap<String, List<String>>

internal object Getter : TextMapGetter<Headers> {
    override fun keys(carrier: Headers): Iterable<String> = carrier.keys

    override fun get(carrier: Headers?, key: String): String? = carrier?.get(key)?.firstOrNull()

    override fun getAll(carrier: Headers?, key: String): Iterator<String> = carrier?.get(key).orEmpty().iterator()
}

internal fun TextMapPropagator.injected(context: OtelContext): Headers {
    val headers: Headers = mutableMapOf()
    inject(context, headers) { carrier, key, value -> carrier!!.merge(key, listOf(value)) { a, b -> a + b } }
    return headers
}

internal fun TextMapPropagator.extracted(vararg baggage: String, onto: OtelContext = OtelContext.root()): OtelContext =
    extract(onto, mutableMapOf("baggage" to baggage.asList()), Getter)

internal fun otelBaggage(vararg entries: Pair<String, String>): OtelContext {
    val builder = Baggage.builder()
    entries.forEach { (key, value) -> builder.put(key, value) }
    return OtelContext.root().with(builder.build())
}

internal val OtelContext.baggageEntries: Map<String, String>
    get() = Baggage.fromContext(this).asMap().mapValues { it.value.value }

/** Runs the body without OpenTelemetry's warnings of invalid members and null arguments, which have stack traces. */
internal fun silently(body: () -> Unit) {
    val loggers = listOf(
        "io.opentelemetry.api.baggage",
        "io.opentelemetry.usage",
        "io.opentelemetry.common",
    ).map(Logger::getLogger)
    loggers.forEach { it.level = Level.OFF }
    try {
        body()
    } finally {
        loggers.forEach { it.level = null }
    }
}
