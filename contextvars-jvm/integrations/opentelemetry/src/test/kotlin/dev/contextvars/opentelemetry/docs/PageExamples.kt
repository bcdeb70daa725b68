// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry.docs

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import dev.contextvars.opentelemetry.BaggageVariablesPropagator
import dev.contextvars.opentelemetry.tenant
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.install
import io.opentelemetry.api.trace.Span
import io.opentelemetry.context.ContextKey
import io.opentelemetry.extension.kotlin.asContextElement
import io.opentelemetry.instrumentation.ktor.v3_0.KtorServerTelemetry
import io.opentelemetry.sdk.OpenTelemetrySdk
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import io.opentelemetry.context.Context as OtelContext

/** The Kotlin code of docs/opentelemetry.md and docs/migrating/opentelemetry.md; KtorSpec and ExamplesSpec run it. */
internal object PageExamples {
    suspend fun coroutine(span: Span): Unit =
        // snippet: coroutine
        withContext(Context().asElement() + OtelContext.current().with(span).asContextElement()) {
            tenant.set("acme")
            delay(10) // may resume on any thread
            println("${tenant.get()}, ${Span.current() == span}") // prints acme, true
        }
    // end: coroutine

    fun border() = Context().execute {
        val oldTenant = ContextKey.named<String>("tenant")
        // snippet: border
        // Old code that is called by new code:
        tenant.set("acme")
        OtelContext.current().with(oldTenant, tenant.get()).makeCurrent().use {
            println(OtelContext.current().get(oldTenant)) // prints acme

            // New code that is called by old code:
            val old = OtelContext.current().get(oldTenant) ?: "none"
            Context().with(tenant, old).execute { println(tenant.get()) } // prints acme
        }
        // end: border
    }

    // snippet: ktor
    fun Application.telemetry(sdk: OpenTelemetrySdk) {
        install(KtorServerTelemetry) { setOpenTelemetry(sdk) }
        intercept(ApplicationCallPipeline.Setup) {
            BaggageVariablesPropagator.received(OtelContext.current()).set()
        }
    }
    // end: ktor
}
