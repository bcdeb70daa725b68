// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage

import dev.contextvars.testing.ApiListing
import io.kotest.core.spec.style.FunSpec

class ApiListingSpec : FunSpec({
    test("the public API is the one that was agreed on: api/contextvars-baggage.api") {
        ApiListing.check(BaggageVariables::class.java, "contextvars-baggage")
    }
})
