// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring.docs

import dev.contextvars.spring.Service
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** Runs the examples of docs/spring.md. */
class ExamplesSpec : FunSpec({
    test("the handlers of the examples read the tenant of their request") {
        Service(OrdersApplication::class.java, "servlet").use { service ->
            val answers = mapOf("/orders" to "orders of", "/report" to "report of", "/lines" to "data:line of")
            answers.forEach { (path, answer) ->
                fun body(tenant: String) = service.get(path, "X-Tenant" to tenant).body().trim()
                body("acme") shouldBe "$answer acme"
                body("not well-formed") shouldBe "$answer nobody"
            }
        }
    }
})
