// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer

import dev.contextvars.testing.ApiListing
import io.kotest.core.spec.style.FunSpec

class ApiListingSpec : FunSpec({
    test("the public API is the one in api/contextvars-micrometer.api") {
        ApiListing.check(ContextVarsAccessor::class.java, "contextvars-micrometer")
    }
})
