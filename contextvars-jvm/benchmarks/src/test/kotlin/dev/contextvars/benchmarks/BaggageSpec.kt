// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import dev.contextvars.ContextSwap
import dev.contextvars.benchmarks.baggage.Codec
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.opentelemetry.context.Context as OtelContext

class BaggageSpec : FunSpec({
    afterTest {
        ContextSwap.swap(null)
        OtelContext.root().makeCurrent()
    }

    listOf("contextvars", "openTelemetry").forEach { impl ->
        test("$impl writes the values that are bound") {
            Codec.create(impl, 0).write().shouldBeNull()
            Codec.create(impl, 3).write() shouldBe Codec.header("threeOf3")
        }
    }
})
