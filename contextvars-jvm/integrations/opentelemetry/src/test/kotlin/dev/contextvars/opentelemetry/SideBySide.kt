// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import io.opentelemetry.api.trace.Span
import io.opentelemetry.api.trace.Tracer
import io.opentelemetry.context.ContextKey
import io.opentelemetry.extension.kotlin.asContextElement
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.CoroutineContext
import io.opentelemetry.context.Context as OtelContext

/**
 * 15,000 checks that a coroutine sees its own variable and its own span: after a dispatch, in children, on
 * [Dispatchers.IO], and while OpenTelemetry's own scope is open without a suspension.
 *
 * Also run below the javaagent, in a process of its own: it uses no test framework.
 */
internal class SideBySide(
    private val tracer: Tracer,
    private val elements: (Context, OtelContext) -> CoroutineContext,
) {
    val checks = AtomicInteger()
    val wrongVariables = AtomicInteger()
    val wrongSpans = AtomicInteger()
    val hops = AtomicInteger()

    fun run(): SideBySide {
        runBlocking(Dispatchers.Default) { (1..COROUTINES).forEach { launch(element(it)) { steps(it) } } }
        return this
    }

    private fun element(number: Int): CoroutineContext {
        val span = tracer.spanBuilder("span $number").startSpan()
        return elements(Context().with(tenant, "tenant $number"), OtelContext.root().with(span).with(NUMBER, number))
    }

    private suspend fun steps(number: Int) {
        val inner = OtelContext.root().with(NUMBER, -number)
        repeat(STEPS) {
            val before = Thread.currentThread()
            yield()
            check(number)
            withContext(Dispatchers.IO) { check(number) }
            coroutineScope { async { check(number) }.await() }
            inner.makeCurrent().use { check(number, span = -number) }
            check(number)
            if (Thread.currentThread() !== before) hops.incrementAndGet()
        }
    }

    private fun check(number: Int, span: Int = number) {
        checks.incrementAndGet()
        if (tenant.get("none") != "tenant $number") wrongVariables.incrementAndGet()
        val isRight = OtelContext.current()[NUMBER] == span && (span < 0 || Span.current().spanContext.isValid)
        if (!isRight) wrongSpans.incrementAndGet()
    }

    override fun toString() = "$checks checks, $wrongVariables wrong variables, $wrongSpans wrong spans"

    companion object {
        private const val COROUTINES = 100
        private const val STEPS = 30

        /** Beside the span, which a javaagent may replace by its own object. */
        private val NUMBER = ContextKey.named<Int>("number")

        const val CHECKS: Int = COROUTINES * STEPS * 5

        /** Elements of both, in both orders. */
        val orders: Map<String, (Context, OtelContext) -> CoroutineContext> = mapOf(
            "variables first" to { ours, otel -> ours.asElement() + otel.asContextElement() },
            "span first" to { ours, otel -> otel.asContextElement() + ours.asElement() },
        )
    }
}
