// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback

import dev.contextvars.testing.ApiListing
import io.kotest.core.spec.style.FunSpec

class ApiListingSpec : FunSpec({
    test("the public API is the one in api/contextvars-logback.api") {
        ApiListing.check(ContextVarsLogback::class.java, "contextvars-logback")
    }
})
