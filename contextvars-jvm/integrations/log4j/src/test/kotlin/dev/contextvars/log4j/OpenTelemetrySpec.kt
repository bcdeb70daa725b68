// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.log4j

import dev.contextvars.coroutines.asElement
import dev.contextvars.logging.LogFields
import dev.contextvars.opentelemetry.testing.TracedLines
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.opentelemetry.extension.kotlin.asContextElement

/** Beside OpenTelemetry's own context data provider: tenant, trace id and span id in one line, without its agent. */
class OpenTelemetrySpec : FunSpec({
    fun linesOf(
        isRegistered: Boolean = true,
        traced: (log: (String) -> Unit) -> TracedLines,
    ): Pair<List<String>, TracedLines> {
        val lines = Lines(pattern(TracedLines.PATTERN))
        val registration = LogFields.add(if (isRegistered) TracedLines.tenant else user)
        val run = registration.use { Backend(lines, isAsync = true).use { traced(it.log::info).run() } }
        lines.texts shouldHaveSize TracedLines.LINES
        return lines.texts to run
    }

    test("${TracedLines.LINES} lines through an Async appender each show their own tenant, trace id and span id") {
        val (lines, run) = linesOf { log -> TracedLines(log = log) }
        TracedLines.wrong(lines).take(10).shouldBeEmpty()
        run.childSpans shouldHaveSize TracedLines.LINES
        run.hops.get() shouldBeGreaterThan 100
    }

    test("control: without a registered variable every line shows its trace id alone") {
        val (lines, run) = linesOf(isRegistered = false) { log -> TracedLines(log = log) }
        TracedLines.wrong(lines) shouldHaveSize TracedLines.LINES
        TracedLines.wrong(lines.map { it.replace(Regex(" t[0-9]+"), " ") }).shouldBeEmpty()
        run.childSpans shouldHaveSize TracedLines.LINES
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
