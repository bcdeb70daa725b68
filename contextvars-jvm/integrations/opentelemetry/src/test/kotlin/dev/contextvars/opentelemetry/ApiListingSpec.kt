// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry

import dev.contextvars.testing.ApiListing
import io.kotest.core.spec.style.FunSpec

class ApiListingSpec : FunSpec({
    test("the public API is the one that was agreed on: api/contextvars-opentelemetry.api") {
        ApiListing.check(BaggageVariablesPropagator::class.java, "contextvars-opentelemetry")
    }
})
