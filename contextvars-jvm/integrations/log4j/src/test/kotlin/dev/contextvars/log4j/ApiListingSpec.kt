// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.log4j

import dev.contextvars.testing.ApiListing
import io.kotest.core.spec.style.FunSpec

class ApiListingSpec : FunSpec({
    test("the public API is the one in api/contextvars-log4j.api") {
        ApiListing.check(ContextVarsDataProvider::class.java, "contextvars-log4j")
    }
})
