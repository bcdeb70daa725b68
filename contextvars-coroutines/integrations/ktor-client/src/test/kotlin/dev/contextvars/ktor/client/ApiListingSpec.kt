// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.client

import dev.contextvars.testing.ApiListing
import io.kotest.core.spec.style.FunSpec

class ApiListingSpec : FunSpec({
    test("the public API is the one in api/contextvars-ktor-client.api") {
        ApiListing.check(ContextVarsEngine::class.java, "contextvars-ktor-client")
    }
})
