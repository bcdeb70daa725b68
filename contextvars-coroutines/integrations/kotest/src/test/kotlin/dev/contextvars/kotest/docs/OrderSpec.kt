// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.kotest.docs

import dev.contextvars.ContextVar
import dev.contextvars.kotest.ContextVarsExtension
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay

private val tenant = ContextVar("tenant", "nobody")

// snippet: kotlin
class OrderSpec : FunSpec({
    extensions(ContextVarsExtension)
    beforeTest { tenant.set("acme") } // in the context of the test, and in no other

    test("an order has a tenant") {
        delay(5) // may resume on any thread
        tenant.get() shouldBe "acme"
    }
})
// end: kotlin
