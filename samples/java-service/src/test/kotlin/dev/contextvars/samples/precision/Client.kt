// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision

import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.util.concurrent.CompletableFuture

/** A response of the service: its status and its line of text. */
data class Reply(val status: Int, val line: String)

/** A client for servers that need no orders service. */
internal val noOrders = OrdersClient(URI("http://localhost:1"), emptySet())

/** An HTTP client of the service on the local machine. */
class Client(private val port: Int) {
    private val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    fun get(path: String, vararg headers: Pair<String, String>): Reply = getAsync(path, *headers).join()

    fun getAsync(path: String, vararg headers: Pair<String, String>): CompletableFuture<Reply> =
        send(request(path, *headers).GET())

    fun post(path: String): Reply = send(request(path).POST(BodyPublishers.noBody())).join()

    private fun request(path: String, vararg headers: Pair<String, String>) =
        HttpRequest.newBuilder(URI("http://localhost:$port$path")).apply {
            headers.forEach { (name, value) -> header(name, value) }
        }

    private fun send(request: HttpRequest.Builder): CompletableFuture<Reply> =
        http.sendAsync(request.build(), BodyHandlers.ofString()).thenApply { it.toReply() }

    private fun HttpResponse<String>.toReply() = Reply(statusCode(), body().removeSuffix("\n"))
}
