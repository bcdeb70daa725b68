// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import java.net.http.HttpResponse

class ProblemsSpec : FunSpec({
    val service = Service()
    beforeSpec { service.start { routing { get("/broken") { error("the secret of the house") } } } }
    afterSpec { service.stop() }

    fun rows() = service.database.connection.use { it.query("SELECT id FROM purchase") { row -> row.getLong("id") } }

    suspend fun storingNothing(call: suspend () -> HttpResponse<String>): HttpResponse<String> {
        val before = rows()
        return call().also { rows() shouldBe before }
    }

    infix fun HttpResponse<String>.shouldBeProblem(status: Int) {
        this.status shouldBe status
        contentType shouldBe "application/problem+json"
        tree["status"].intValue() shouldBe status
        tree["requestId"].textValue() shouldBe requestId
    }

    test("a call without a tenant returns 400 and stores nothing") {
        service.get(tenant = null) shouldBeProblem 400
        storingNothing { service.post(draft(), tenant = null) } shouldBeProblem 400
    }

    test("a call with a blank tenant returns 400") {
        service.get(tenant = " ") shouldBeProblem 400
    }

    test("a call with an unknown tenant returns 404 and stores nothing") {
        service.get(tenant = "nobody") shouldBeProblem 404
        storingNothing { service.post(draft(), tenant = "nobody") } shouldBeProblem 404
    }

    test("a wrong password returns 401 with a challenge and stores nothing") {
        val answer = storingNothing { service.send("POST", "/orders", draft(), user = "alice", password = "guess") }
        answer shouldBeProblem 401
        answer.headers().firstValue("WWW-Authenticate").get() shouldContain "Basic"
    }

    test("an order with a duplicate sku returns 422 and stores nothing") {
        val answer = storingNothing { service.post(draft("Grace", "tea", "milk", "tea")) }
        answer shouldBeProblem 422
        answer.tree["detail"].textValue() shouldContain "line 3"
    }

    test("an order with a quantity of 0 returns 422 and stores nothing") {
        val nothing = """{"customer": "Grace", "lines": [{"sku": "tea", "quantity": 0}]}"""
        storingNothing { service.post(nothing) } shouldBeProblem 422
    }

    listOf(
        "an empty body" to "",
        "the body null" to "null",
        "an incomplete JSON object" to "{",
        "a JSON array" to "[]",
        "a body with two orders" to draft() + draft(),
        "an order without lines" to """{"customer": "Grace"}""",
        "an order with an empty list of lines" to """{"customer": "Grace", "lines": []}""",
        "a line without a quantity" to """{"customer": "Grace", "lines": [{"sku": "tea"}]}""",
        "a quantity that is not a number" to
            """{"customer": "Grace", "lines": [{"sku": "tea", "quantity": "many"}]}""",
        "a customer with a line break" to
            """{"customer": "Grace\nERROR forged log line", "lines": [{"sku": "tea", "quantity": 1}]}""",
        "an empty customer" to """{"customer": "", "lines": [{"sku": "tea", "quantity": 1}]}""",
    ).forEach { (input, body) ->
        test("$input returns 400 and stores nothing") {
            storingNothing { service.post(body) } shouldBeProblem 400
        }
    }

    test("a body is read only up to 1 MiB") {
        service.post(draft() + " ".repeat(1 shl 20)).status shouldBe 201
        service.post(" ".repeat(1 shl 20) + draft()) shouldBeProblem 400
    }

    test("a body that is not application/json returns 415") {
        service.send("POST", "/orders", draft(), contentType = "text/plain") shouldBeProblem 415
    }

    test("an unknown path returns 404") {
        service.get("/nowhere") shouldBeProblem 404
    }

    test("an unsupported method returns 405") {
        service.send("DELETE", "/orders") shouldBeProblem 405
    }

    test("an internal error is logged but not exposed to the client") {
        val answer = service.get("/broken", requestId = "unlucky")
        answer shouldBeProblem 500
        answer.body() shouldNotContain "secret"
        val line = service.log.linesOf("unlucky").single { it.logger == "problems" }
        line.text shouldContain "the secret of the house"
    }
})
