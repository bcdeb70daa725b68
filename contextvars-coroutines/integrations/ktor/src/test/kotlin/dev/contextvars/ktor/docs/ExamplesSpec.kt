// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.docs

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.statement.bodyAsText

class ExamplesSpec : FunSpec({
    test("the guide's server answers each tenant with its own name") {
        val server = server(httpPort = 0).startSuspend(wait = false)
        try {
            val port = server.engine
                .resolvedConnectors()
                .single()
                .port
            HttpClient(CIO).use { client ->
                listOf("acme", "umbrella").forEach { tenant ->
                    client.get("http://127.0.0.1:$port/") { header("X-Tenant", tenant) }.bodyAsText() shouldBe
                        "Orders of $tenant"
                }
            }
        } finally {
            server.stopSuspend(gracePeriodMillis = 0, timeoutMillis = 1_000)
        }
    }
})
