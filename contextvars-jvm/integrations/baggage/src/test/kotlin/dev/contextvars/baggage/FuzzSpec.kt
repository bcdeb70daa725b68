// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage

import dev.contextvars.Context
import dev.contextvars.ContextVar
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.opentelemetry.api.baggage.Baggage
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator
import io.opentelemetry.context.propagation.TextMapGetter
import io.opentelemetry.context.propagation.TextMapSetter
import java.util.logging.Level
import java.util.logging.Logger
import io.opentelemetry.context.Context as OtelContext

/** Random headers and texts: 100,000 of each, and 1,000,000 in the profile `stress`. */
class FuzzSpec : FunSpec({
    val variables = listOf("tenant", "plan", "count").map { ContextVar<String>(it) }
    val keys = variables.map { it.name }

    fun newList(): BaggageVariables {
        val builder = BaggageVariables.builder()
        variables.forEach { builder.add(it, ValueCodec.STRING) }
        return builder.build()
    }

    fun BaggageVariables.values(headers: List<String>): Map<String, String> {
        val context = read(headers).`in`(Context())
        return variables.mapNotNull { variable -> context[variable]?.let { variable.name to it } }.toMap()
    }

    // OpenTelemetry logs each invalid member with a stack trace.
    val logger = Logger.getLogger("io.opentelemetry.api.baggage.propagation")
    beforeSpec { logger.level = Level.OFF }
    afterSpec { logger.level = null }

    test("random headers are read by the rules, and as OpenTelemetry reads what both accept") {
        seeded { random ->
            val headers = RandomHeaders(random, keys)
            val reference = ReferenceReader(keys)
            val baggage = newList()
            val tally = Tally()
            repeat(fuzzHeaders) {
                val all = List(if (random.nextInt(10) == 0) random.nextInt(4) else 1) { headers.next() }
                val expected = reference.read(all)
                val values = baggage.values(all)
                tally.values += expected.values.size
                tally.ignored += expected.ignored
                // Not shouldBe, which would take most of the time.
                if (values != expected.values) failure("$all: ${expected.values} expected, not $values")
                if (baggage.ignoredCount() != tally.ignored) failure("$all: not ${expected.ignored} ignored")
                all.singleOrNull()?.takeIf(::isComparable)?.let { tally.compare(it, expected, values, otelRead(it)) }
            }
            println("baggage fuzz: $tally")
            tally.values shouldBeGreaterThan fuzzHeaders.toLong() / 2
            tally.ignored shouldBeGreaterThan fuzzHeaders.toLong() / 10
            tally.both shouldBeGreaterThan fuzzHeaders.toLong() / 4
        }
    }

    test("texts that we write are read by OpenTelemetry, and the reverse") {
        seeded { random ->
            val texts = RandomHeaders(random, keys)
            val baggage = newList()
            repeat(fuzzHeaders) {
                val text = texts.text()
                val header = baggage.headerAfter { variables[0].set(text) }!!
                if (header.any { it !in '!'..'~' }) failure(header)
                if (otelRead(header).getEntryValue("tenant") != text) failure("'$text' is not what OpenTelemetry reads")
                if (baggage.read(otelWrite("tenant", text))[variables[0]] != text) failure("we do not read '$text'")
            }
            baggage.ignoredCount() shouldBe 0
        }
    }
})

private class Tally(var values: Long = 0, var ignored: Long = 0) {
    var both = 0L
    private var oursAlone = 0L
    private var theirsAlone = 0L

    /** Compares keys that occur once: of several the last valid one counts, and validity is what differs. */
    fun compare(header: String, expected: ReferenceReader.Result, ours: Map<String, String>, theirs: Baggage) {
        expected.occurrences.filterValues { it == 1 }.keys.forEach { key ->
            val our = ours[key]
            val their = theirs.getEntryValue(key)
            if (our != null && their != null) both++
            if (our != null && their == null) oursAlone++
            if (our == null && their != null) theirsAlone++
            val isSame = our == null || their == null || our == their
            if (!isSame) failure("$header: $key is '$our', and '$their' for OpenTelemetry")
        }
    }

    override fun toString() =
        "$values values read, $ignored ignored; $both accepted by both, $oursAlone by us alone, $theirsAlone by OpenTelemetry alone"
}

private fun failure(message: String): Nothing = throw AssertionError(message)

/** OpenTelemetry drops semicolons in front of a key: for it `;tenant=a` has the key `tenant`. */
private fun isComparable(header: String) = header.split(',').none { ';' in it.substringBefore('=') }

private fun otelRead(header: String): Baggage =
    Baggage.fromContext(W3CBaggagePropagator.getInstance().extract(OtelContext.root(), header, HeaderGetter))

private fun otelWrite(key: String, text: String): String = buildString {
    val context = OtelContext.root().with(Baggage.builder().put(key, text).build())
    W3CBaggagePropagator.getInstance().inject(context, this, TextMapSetter { out, _, value -> out!!.append(value) })
}

private object HeaderGetter : TextMapGetter<String> {
    override fun get(carrier: String?, key: String): String? = carrier
}
