// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.testing.ApiListing
import io.kotest.core.spec.style.FunSpec

class ApiListingSpec : FunSpec({
    test("the public API is the one in api/contextvars-spring-boot-starter.api") {
        ApiListing.check(ContextVarsAutoConfiguration::class.java, "contextvars-spring-boot-starter")
    }
})
