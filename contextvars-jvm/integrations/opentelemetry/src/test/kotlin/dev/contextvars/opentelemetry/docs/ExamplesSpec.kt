// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry.docs

import dev.contextvars.Context
import dev.contextvars.opentelemetry.Telemetry
import dev.contextvars.opentelemetry.extracted
import dev.contextvars.opentelemetry.injected
import dev.contextvars.testing.Output
import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import io.opentelemetry.api.trace.Span
import io.opentelemetry.sdk.trace.SdkTracerProvider
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import dev.contextvars.testing.JavadocExamples as JavadocOf

private const val MODULE = "contextvars-jvm/integrations/opentelemetry/src"

class ExamplesSpec : FunSpec({
    test("the example of the SDK sends the tenant, and the example of a handler sees it") {
        JavadocExamples.sdk(SdkTracerProvider.builder().build()).use { sdk ->
            val propagator = sdk.propagators.textMapPropagator
            val headers = Context().run {
                JavadocExamples.TENANT.set("acme")
                propagator.injected(
                    io.opentelemetry.context.Context
                        .root(),
                )
            }
            var seen = ""
            propagator.extracted(headers.getValue("baggage").single()).makeCurrent().use {
                JavadocExamples.handle { seen = JavadocExamples.TENANT.get() }
            }
            seen shouldBe "acme"
        }
    }

    test("a task of the example's executor sees both") {
        Telemetry().use { telemetry ->
            val threads = Executors.newSingleThreadExecutor()
            val span = telemetry.startSpan("request")
            val seen = Context().run {
                JavadocExamples.TENANT.set("acme")
                span.makeCurrent().use {
                    JavadocExamples.both(threads).submit(Callable { JavadocExamples.TENANT.get() to Span.current() })
                }
            }
            seen.get() shouldBe ("acme" to span)
            threads.shutdown()
        }
    }

    test("the examples of a coroutine and of a border print the texts of their comments") {
        Telemetry().use { telemetry ->
            val span = telemetry.startSpan("request")
            Output.of {
                runBlocking(Dispatchers.Default) { PageExamples.coroutine(span) }
                PageExamples.border()
            } shouldBe
                Snippets
                    .of(
                        "$MODULE/test/kotlin/dev/contextvars/opentelemetry/docs/PageExamples.kt",
                    ).flatMap { it.prints }
        }
    }

    test("every example in the Javadoc is compiled") {
        Snippets.of("$MODULE/test/java/dev/contextvars/opentelemetry/docs/JavadocExamples.java").map {
            it.text.trimEnd()
        } shouldContainAll
            JavadocOf.of(Snippets.root.resolve("$MODULE/main/java"))
    }
})
