// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry.testing

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import io.opentelemetry.api.trace.Span
import io.opentelemetry.api.trace.Tracer
import io.opentelemetry.extension.kotlin.asContextElement
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.data.SpanData
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.CoroutineContext
import io.opentelemetry.context.Context as OtelContext

/**
 * Coroutines that hop between threads, each with a tenant and a trace of its own, and log each line in a span of its
 * own; shared with the logging backends as source.
 *
 * Each message contains the tenant, the trace id and the span id that its line must show in the layout of [PATTERN].
 */
internal class TracedLines(
    private val elements: (Context, OtelContext) -> CoroutineContext = { ours, otel ->
        ours.asElement() + otel.asContextElement()
    },
    private val log: (String) -> Unit,
) {
    private val exporter = InMemorySpanExporter.create()

    /** How often a coroutine resumed on another thread. */
    val hops = AtomicInteger()

    fun run(): TracedLines {
        val provider = SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build()
        val tracer = provider.get("test")
        runBlocking(Dispatchers.Default) {
            repeat(COROUTINES) { number ->
                val request = tracer.spanBuilder("request").startSpan()
                launch(elements(Context().with(tenant, "t$number"), OtelContext.root().with(request))) {
                    repeat(LINES / COROUTINES) { line(tracer, "t$number", request) }
                    request.end()
                }
            }
        }
        return this
    }

    private suspend fun line(tracer: Tracer, tenant: String, request: Span) {
        val before = Thread.currentThread()
        withContext(Dispatchers.IO) { yield() }
        if (Thread.currentThread() !== before) hops.incrementAndGet()
        val span = tracer.spanBuilder("line").startSpan() // a child of OpenTelemetry's current span
        span.makeCurrent().use { log("$tenant,${request.spanContext.traceId},${span.spanContext.spanId}") }
        span.end()
    }

    /** The spans of lines whose parent is the span of their request, after [run]. */
    val childSpans: List<SpanData>
        get() {
            val (requests, lines) = exporter.finishedSpanItems.partition { it.name == "request" }
            val requestOfTrace = requests.associate { it.traceId to it.spanId }
            return lines.filter { it.parentSpanId == requestOfTrace[it.traceId] }
        }

    companion object {
        const val PATTERN = "%X{tenant},%X{trace_id},%X{span_id} %msg"
        const val LINES = 1_600
        private const val COROUTINES = 200

        /** To be registered with LogFields. */
        val tenant = ContextVar<String>("tenant")

        /** Returns the lines that show other values than their messages contain. */
        fun wrong(lines: Collection<String>): List<String> =
            lines.filter { it.substringBefore(' ') != it.substringAfter(' ') }
    }
}
