// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.spring

import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.util.concurrent.CompletableFuture

/** A client of the service on a port of 127.0.0.1. */
internal class Client(private val port: String) {
    private val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    fun list(tenant: String?, requestId: String) = send(request(tenant, requestId).GET())

    fun place(tenant: String?, requestId: String, draft: String) = send(
        request(tenant, requestId).header("Content-Type", "application/json").POST(BodyPublishers.ofString(draft)),
    )

    private fun request(tenant: String?, requestId: String) = HttpRequest
        .newBuilder(URI("http://127.0.0.1:$port/orders"))
        .header("X-Request-Id", requestId)
        .apply { if (tenant != null) header("X-Tenant", tenant) }

    private fun send(request: HttpRequest.Builder): CompletableFuture<HttpResponse<String>> =
        http.sendAsync(request.build(), BodyHandlers.ofString())
}
