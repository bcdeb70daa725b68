// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry

import dev.contextvars.Context
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import io.opentelemetry.api.baggage.Baggage
import io.opentelemetry.api.baggage.BaggageEntryMetadata
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator
import io.opentelemetry.context.propagation.TextMapPropagator
import io.opentelemetry.context.propagation.TextMapSetter
import io.opentelemetry.context.Context as OtelContext

class InjectSpec : FunSpec({
    val propagator = BaggageVariablesPropagator.create(listed)

    fun header(otel: OtelContext, set: () -> Unit = { }): String? = Context().run {
        set()
        propagator.injected(otel)["baggage"]?.single()
    }

    test("inject writes OpenTelemetry's baggage and the bound variables into one header") {
        header(otelBaggage("a" to "1")) { tenant.set("acme, 100%") } shouldBe "a=1,tenant=acme%2C%20100%25"
    }

    test("inject reads the given OpenTelemetry context, not the current one") {
        otelBaggage("current" to "1").makeCurrent().use {
            header(otelBaggage("given" to "1")) { tenant.set("acme") } shouldBe "given=1,tenant=acme"
        }
    }

    test("a bound variable replaces OpenTelemetry's entry of its key, with its metadata") {
        val entry = Baggage.builder().put("tenant", "old", BaggageEntryMetadata.create("p=1")).build()
        header(OtelContext.root().with(entry)) { tenant.set("new") } shouldBe "tenant=new"
    }

    test("OpenTelemetry's entry is sent where the variable is not bound") {
        header(otelBaggage("tenant" to "theirs")) shouldBe "tenant=theirs"
        header(otelBaggage("tenant" to "theirs")) { user.set("alice") } shouldBe "tenant=theirs,user=alice"
        onPlainThread { propagator.injected(otelBaggage("tenant" to "theirs"))["baggage"] } shouldBe
            listOf("tenant=theirs")
    }

    test("a variable that is null or must not be sent replaces OpenTelemetry's entry by none") {
        header(otelBaggage("user" to "theirs", "a" to "1")) { user.set(null) } shouldBe "a=1"
        header(otelBaggage("tenant" to "theirs", "a" to "1")) { tenant.set("a\nb") } shouldBe "a=1"
        header(otelBaggage("tenant" to "theirs")) { tenant.set("x".repeat(257)) } shouldBe null
    }

    test("foreign entries keep their metadata") {
        val foreign = Baggage.builder().put("a", "1", BaggageEntryMetadata.create("p=2")).build()
        val alone = W3CBaggagePropagator
            .getInstance()
            .injected(
                OtelContext.root().with(foreign),
            ).getValue("baggage")
            .single()
        alone.length shouldBeGreaterThan "a=1;p2".length
        header(OtelContext.root().with(foreign)) { tenant.set("acme") } shouldBe "$alone,tenant=acme"
    }

    test("inject sets no header if there is nothing to send") {
        header(OtelContext.root()) shouldBe null
        onPlainThread { propagator.injected(OtelContext.root()) }.shouldBeEmpty()
    }

    test("in a composite, trace context and both kinds of baggage are sent") {
        Telemetry().use { telemetry ->
            val span = telemetry.startSpan("client")
            val headers = Context().run {
                tenant.set("acme")
                telemetry.sdk.propagators.textMapPropagator
                    .injected(otelBaggage("a" to "1").with(span))
            }
            headers.getValue("traceparent").single() shouldStartWith
                "00-${span.spanContext.traceId}-${span.spanContext.spanId}-"
            headers["baggage"] shouldBe listOf("a=1,tenant=acme")
        }
    }

    test("fields names the one header") {
        propagator.fields().toList() shouldBe listOf("baggage")
        composite().fields() shouldContain "baggage"
        composite().toString() shouldBe "MultiTextMapPropagator{textMapPropagators=" +
            "[W3CTraceContextPropagator, BaggageVariablesPropagator]}"
    }

    test("control: OpenTelemetry's own propagator sends no variable") {
        val sent = Context().run {
            tenant.set("acme")
            W3CBaggagePropagator.getInstance().injected(otelBaggage("a" to "1"))["baggage"]
        }
        sent shouldBe listOf("a=1")
    }

    val floods = mapOf(
        "64 members" to List(64) { "a%02d".format(it) to "1" },
        "8,190 characters" to List(32) { "a%02d".format(it) to "x".repeat(251) },
        "values that triple in length" to List(31) { "a%02d".format(it) to "%".repeat(85) } + ("a31" to "%".repeat(42)),
    )
    floods.forEach { (what, foreign) ->
        test("foreign baggage of $what cannot displace a variable") {
            val otel = otelBaggage(*foreign.toTypedArray())
            val header = header(otel) { tenant.set("acme") }!!
            val members = header.split(',')
            members shouldContain "tenant=acme"
            header.length shouldBeLessThanOrEqualTo 8192
            members.size shouldBeLessThanOrEqualTo 64
            withClue("all that there is room for") {
                (members.size == 64 || header.length > 8192 - 1 - members.first().length) shouldBe true
            }
        }

        test("control: OpenTelemetry drops the variable's entry beside baggage of $what") {
            val all = otelBaggage(*foreign.toTypedArray(), "tenant" to "acme")
            val header = W3CBaggagePropagator
                .getInstance()
                .injected(all)
                .getValue("baggage")
                .single()
            header.split(',').contains("tenant=acme") shouldBe false
        }
    }

    test("a flood keeps a replaced entry out, and is cut only as far as needed") {
        val foreign = List(70) { "b%02d".format(it) to "1" } + ("tenant" to "theirs")
        val members = header(otelBaggage(*foreign.toTypedArray())) {
            listOf(tenant.set("a\nb"), user.set("alice"))
        }!!.split(',')
        members.size shouldBe 64
        members.none { it.startsWith("tenant=") } shouldBe true
        members shouldContain "user=alice"
        header(otelBaggage("a" to "€".repeat(800))) { tenant.set("acme") }!!.length shouldBeInRange 7200..7300
    }

    test("a null context, setter or carrier has the same effect as in W3CBaggagePropagator") {
        silently {
            listOf<TextMapPropagator>(W3CBaggagePropagator.getInstance(), propagator).forEach { each ->
                val calls = mutableListOf<String>()
                val setter = TextMapSetter<Headers> { carrier, _, value -> calls += "$carrier $value" }
                val inject = each.javaClass.methods.single { it.name == "inject" && !it.isBridge }
                Context().run {
                    tenant.set("acme")
                    inject.invoke(each, null, null, setter)
                    inject.invoke(each, otelBaggage("a" to "1"), null, null)
                    calls shouldBe emptyList()
                    inject.invoke(each, otelBaggage("tenant" to "acme"), null, setter)
                }
                calls shouldBe listOf("null tenant=acme")
            }
        }
    }
})
