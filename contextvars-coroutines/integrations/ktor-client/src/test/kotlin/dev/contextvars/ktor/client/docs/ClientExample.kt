// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.client.docs

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.withContext
import dev.contextvars.ktor.client.withContextVars
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.content.OutgoingContent
import io.ktor.utils.io.ByteWriteChannel
import io.ktor.utils.io.writeStringUtf8

// snippet: body
val tenant = ContextVar("tenant", "none")

class Orders : OutgoingContent.WriteChannelContent() {
    // Ktor runs this in a coroutine of its own.
    override suspend fun writeTo(channel: ByteWriteChannel) = channel.writeStringUtf8("orders of ${tenant.get()}")
}

suspend fun sendOrders(address: String): String = HttpClient(CIO.withContextVars()).use { client ->
    withContext(Context()) {
        tenant.set("acme")
        client.post(address) { setBody(Orders()) }.bodyAsText() // sends orders of acme
    }
}
// end: body
