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

    suspend fun writingNothing(call: suspend () -> HttpResponse<String>): HttpResponse<String> {
        val before = rows()
        return call().also { rows() shouldBe before }
    }

    infix fun HttpResponse<String>.shouldBeProblem(status: Int) {
        this.status shouldBe status
        contentType shouldBe "application/problem+json"
        tree["status"].intValue() shouldBe status
        tree["requestId"].textValue() shouldBe requestId
    }

    test("a call without a tenant is a bad request, and writes nothing") {
        service.get(tenant = null) shouldBeProblem 400
        writingNothing { service.post(draft(), tenant = null) } shouldBeProblem 400
    }

    test("a blank tenant is none") {
        service.get(tenant = " ") shouldBeProblem 400
    }

    test("a tenant that does not exist is not found, and nothing is written") {
        service.get(tenant = "nobody") shouldBeProblem 404
        writingNothing { service.post(draft(), tenant = "nobody") } shouldBeProblem 404
    }

    test("a password that is wrong is refused, with the way to do better, and nothing is written") {
        val answer = writingNothing { service.send("POST", "/orders", draft(), user = "alice", password = "guess") }
        answer shouldBeProblem 401
        answer.headers().firstValue("WWW-Authenticate").get() shouldContain "Basic"
    }

    test("an order of which the database refuses a line is refused whole") {
        val answer = writingNothing { service.post(draft("Grace", "tea", "milk", "tea")) }
        answer shouldBeProblem 422
        answer.tree["detail"].textValue() shouldContain "line 3"
    }

    test("an order of no items breaks a rule of the database too") {
        val nothing = """{"customer": "Grace", "lines": [{"sku": "tea", "quantity": 0}]}"""
        writingNothing { service.post(nothing) } shouldBeProblem 422
    }

    listOf(
        "",
        "null",
        "{",
        "[]",
        draft() + draft(),
        """{"customer": "Grace"}""",
        """{"customer": "Grace", "lines": []}""",
        """{"customer": "Grace", "lines": [{"sku": "tea"}]}""",
        """{"customer": "Grace", "lines": [{"sku": "tea", "quantity": "many"}]}""",
        """{"customer": "Grace\nERROR forged log line", "lines": [{"sku": "tea", "quantity": 1}]}""",
        """{"customer": "", "lines": [{"sku": "tea", "quantity": 1}]}""",
    ).forEach { body ->
        test("the body '$body' is a bad request") {
            writingNothing { service.post(body) } shouldBeProblem 400
        }
    }

    test("a body longer than a mebibyte is a bad request") {
        service.post(draft() + " ".repeat(1 shl 20)).status shouldBe 201
        service.post(" ".repeat(1 shl 20) + draft()) shouldBeProblem 400
    }

    test("a body that is not JSON is an unsupported media type") {
        service.send("POST", "/orders", draft(), contentType = "text/plain") shouldBeProblem 415
    }

    test("a path that does not exist is not found") {
        service.get("/nowhere") shouldBeProblem 404
    }

    test("a method that does not exist is not allowed") {
        service.send("DELETE", "/orders") shouldBeProblem 405
    }

    test("what goes wrong inside is logged, and not told to the client") {
        val answer = service.get("/broken", requestId = "unlucky")
        answer shouldBeProblem 500
        answer.body() shouldNotContain "secret"
        val line = service.log.linesOf("unlucky").single { it.logger == "problems" }
        line.text shouldContain "the secret of the house"
    }
})
