// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import kotlinx.coroutines.job

/**
 * Starts the service on 127.0.0.1, on the port in the environment variable `PORT`, or 8080.
 *
 * The precision service is at `PRECISION_URL`. Only the hosts in `BAGGAGE_HOSTS` receive baggage.
 */
suspend fun main() {
    logAmbientValues()
    val port = (System.getProperty("port") ?: System.getenv("PORT") ?: "8080").toInt()
    val precision = PrecisionClient(
        System.getenv("PRECISION_URL") ?: "http://localhost:8081",
        (System.getenv("BAGGAGE_HOSTS") ?: "localhost").split(',').toSet(),
    )
    val database = openDatabase("orders", tenants = listOf("acme", "globex"))
    val server = ordersServer(port, database, precision, demoPasswords)
    server.startSuspend()
    server.engine.resolvedConnectors().forEach { println(welcome("http://${it.host}:${it.port}")) }
    server.application.coroutineContext.job
        .join()
}

// In the source only because this is a sample.
private val demoPasswords: Passwords = { name, password -> name == "alice" && password == "wonderland" }

private fun welcome(url: String) =
    """
    |Orders are taken at $url/orders, until Ctrl-C. For instance:
    |
    |  curl -i $url/orders -H 'X-Tenant: acme'
    |  curl -i $url/orders -H 'X-Tenant: acme' -u alice:wonderland -H 'Content-Type: application/json' \
    |       -d '{"customer": "Grace", "lines": [{"sku": "tea", "quantity": 2}]}'
    |
    """.trimMargin()
