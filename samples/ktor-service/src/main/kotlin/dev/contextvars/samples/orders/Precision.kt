// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.request.get
import io.ktor.client.request.parameter
import io.ktor.client.statement.bodyAsText
import io.ktor.http.isSuccess
import java.io.IOException

/**
 * A client of the precision service (`samples/java-service`). It sends the tenant and the request id of the current
 * call as baggage.
 *
 * @param address the address of the service, such as `http://localhost:8081`
 * @param baggageHosts the only hosts that receive baggage
 */
class PrecisionClient(private val address: String, baggageHosts: Set<String>) : AutoCloseable {
    private val http = HttpClient(CIO) {
        // A redirect could take the baggage to a host that is not listed.
        followRedirects = false
        install(HttpTimeout) {
            connectTimeoutMillis = 5_000
            requestTimeoutMillis = 10_000
        }
        install(SendBaggage) { hosts = baggageHosts }
    }

    /**
     * Returns the quotient.
     *
     * @throws PrecisionFailed if the service does not respond or returns an error
     */
    suspend fun divide(of: Long, by: Long): String {
        val response = try {
            http.get("$address/divide") {
                parameter("of", of)
                parameter("by", by)
            }
        } catch (unreachable: IOException) {
            throw PrecisionFailed("the precision service does not answer", unreachable)
        }
        val status = response.status
        if (!status.isSuccess()) throw PrecisionFailed("the precision service answered ${status.value}")
        return response.bodyAsText().trim()
    }

    override fun close() = http.close()
}

/** Thrown if the precision service does not respond or returns an error. */
class PrecisionFailed(message: String, cause: Throwable? = null) : Exception(message, cause)
