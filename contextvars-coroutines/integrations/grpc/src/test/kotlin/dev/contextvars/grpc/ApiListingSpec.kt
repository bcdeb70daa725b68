// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.grpc

import dev.contextvars.testing.ApiListing
import io.kotest.core.spec.style.FunSpec

class ApiListingSpec : FunSpec({
    test("the public API is the one in api/contextvars-grpc.api") {
        ApiListing.check(ContextVarsServerInterceptor::class.java, "contextvars-grpc")
    }
})
