// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class OrdersSpec : FunSpec({
    val service = Service()
    beforeSpec { service.start() }
    afterSpec { service.stop() }

    test("the list contains a placed order") {
        val placed = service.post(draft("Grace", "tea", "milk"), requestId = "first")
        placed.status shouldBe 201
        val order = placed.tree
        order["customer"].textValue() shouldBe "Grace"
        order["items"].longValue() shouldBe 2
        service.get().tree["latest"][0] shouldBe order
    }

    test("an order has the tenant and the request id of its request") {
        val order = service.post(draft(), tenant = "globex", requestId = "from-globex").tree
        order["tenant"].textValue() shouldBe "globex"
        order["requestId"].textValue() shouldBe "from-globex"
    }

    test("an order has the user who placed it") {
        service.post(draft(), user = "alice").tree["placedBy"].textValue() shouldBe "alice"
    }

    test("an anonymous order has no user") {
        service.post(draft()).tree["placedBy"].isNull shouldBe true
    }

    test("a tenant sees only its own orders, in the list and in the summary") {
        val before = service.get(tenant = "globex").tree
        service.post(draft("Grace", "tea", "milk"), tenant = "acme")
        service.get(tenant = "globex").tree shouldBe before
    }

    test("the summary counts orders and items") {
        val before = service.get().tree["summary"]
        service.post(draft("Grace", "tea", "milk", "sugar"))
        val after = service.get().tree["summary"]
        after["orders"].longValue() shouldBe before["orders"].longValue() + 1
        after["items"].longValue() shouldBe before["items"].longValue() + 3
    }

    test("the list has the latest twenty orders, newest first") {
        repeat(21) { service.post(draft("customer $it")) }
        val customers = service.get().tree["latest"].map { it["customer"].textValue() }
        customers shouldBe (20 downTo 1).map { "customer $it" }
    }
})
