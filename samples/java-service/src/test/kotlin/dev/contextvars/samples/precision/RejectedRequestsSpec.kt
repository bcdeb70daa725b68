// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.Executor
import java.util.concurrent.Executors

class RejectedRequestsSpec : FunSpec({
    val server = PrecisionServer(0, Executors.newFixedThreadPool(2), Executor { it.run() }, noOrders)
    val client = Client(server.port())
    afterSpec { server.close() }

    val nines = "9".repeat(Precision.MAX_DIGITS + 1)
    listOf(
        "/pi?digits=0" to "digits must be from 1 to 1000, not '0'",
        "/pi?digits=1001" to "digits must be from 1 to 1000, not '1001'",
        "/pi?digits=many" to "digits must be from 1 to 1000, not 'many'",
        "/pi?digits=" to "digits must be from 1 to 1000, not ''",
        "/pi?digits=5&digits=6" to "'digits' is given twice",
        "/sqrt" to "'of' is missing: a decimal number",
        "/sqrt?of=two" to "'of' is no decimal number: 'two'",
        "/sqrt?of=-2" to "the square root of a negative number",
        "/sqrt?of=1e10001" to "'of' is too long",
        "/sqrt?of=$nines" to "'of' is too long",
        "/divide?of=1&by=0" to "Division by zero",
    ).forEach { (path, reason) ->
        test("${path.take(30)} returns 400: $reason") {
            client.get(path) shouldBe Reply(400, reason)
        }
    }

    test("an unknown path returns 404") {
        client.get("/cos?of=1") shouldBe Reply(404, "there is /sqrt?of=2, /divide?of=1&by=7, /pi and /average")
    }

    test("a method other than GET returns 405") {
        client.post("/pi") shouldBe Reply(405, "only GET is allowed")
    }
})
