// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5

import dev.contextvars.testing.ApiListing
import io.kotest.core.spec.style.FunSpec

class ApiListingSpec : FunSpec({
    test("the public API is the one in api/contextvars-junit5.api") {
        ApiListing.check(ContextVarsExtension::class.java, "contextvars-junit5")
    }
})
