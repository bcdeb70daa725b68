// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback

import ch.qos.logback.classic.AsyncAppender
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.Appender
import dev.contextvars.coroutines.asElement
import dev.contextvars.logging.LogFields
import dev.contextvars.opentelemetry.testing.TracedLines
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.opentelemetry.extension.kotlin.asContextElement
import io.opentelemetry.instrumentation.logback.mdc.v1_0.OpenTelemetryAppender

/** Beside OpenTelemetry's own appender: tenant, trace id and span id in one line, without its agent. */
class OpenTelemetrySpec : FunSpec({
    fun async(lines: Lines) = AsyncAppender().apply {
        context = defaultContext
        queueSize = TracedLines.LINES
        discardingThreshold = 0
        maxFlushTime = 0 // no limit
        addAppender(lines)
        start()
    }

    fun correlated(next: Appender<ILoggingEvent>) = OpenTelemetryAppender().apply {
        context = defaultContext
        addAppender(next)
        start()
    }

    fun linesOf(
        first: (Appender<ILoggingEvent>) -> Appender<ILoggingEvent> = ::correlated,
        traced: (log: (String) -> Unit) -> TracedLines,
    ): Pair<List<String>, TracedLines> {
        val lines = lines(TracedLines.PATTERN)
        val async = async(lines)
        val log = first(async).logger()
        val run = LogFields.add(TracedLines.tenant).use { traced(log::info).run() }
        async.stop() // writes what is in its queue
        lines.texts shouldHaveSize TracedLines.LINES
        return lines.texts to run
    }

    test("${TracedLines.LINES} lines through an AsyncAppender each show their own tenant, trace id and span id") {
        val (lines, run) = linesOf { log -> TracedLines(log = log) }
        TracedLines.wrong(lines).take(10).shouldBeEmpty()
        run.childSpans shouldHaveSize TracedLines.LINES
        run.hops.get() shouldBeGreaterThan 100
    }

    test("control: without OpenTelemetry's appender no line shows its trace id") {
        val (lines, _) = linesOf(first = { it }) { log -> TracedLines(log = log) }
        TracedLines.wrong(lines) shouldHaveSize TracedLines.LINES
    }

    test("control: without OpenTelemetry's element no line shows its trace id, and no span has the right parent") {
        val (lines, run) = linesOf { log -> TracedLines({ ours, _ -> ours.asElement() }, log) }
        TracedLines.wrong(lines) shouldHaveSize TracedLines.LINES
        run.childSpans.shouldBeEmpty()
    }

    test("control: without our element no line shows its tenant") {
        val (lines, run) = linesOf { log -> TracedLines({ _, otel -> otel.asContextElement() }, log) }
        TracedLines.wrong(lines) shouldHaveSize TracedLines.LINES
        run.childSpans shouldHaveSize TracedLines.LINES
    }
})
