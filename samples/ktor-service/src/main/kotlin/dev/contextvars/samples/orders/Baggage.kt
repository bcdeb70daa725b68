// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import dev.contextvars.baggage.BaggageVariables
import dev.contextvars.baggage.ValueCodec
import io.ktor.client.plugins.api.createClientPlugin
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.hooks.CallSetup

// What travels from service to service, in the header `baggage`: of the variables in Ambient.kt these two. It comes
// from other processes and proves nothing: a client can send any tenant. The user, who has been authenticated, stays
// here.

private const val MAX_TENANT = 40
private const val MAX_REQUEST_ID = 64

private val baggage = BaggageVariables
    .builder()
    .add(tenant, ValueCodec.text(MAX_TENANT, ::isAllowed))
    .add(requestId, ValueCodec.text(MAX_REQUEST_ID, ::isAllowed))
    .build()

/** Sets what the calling service has sent; the call's own headers, which are read later, go before it. */
val ReceiveBaggage = createApplicationPlugin("ReceiveBaggage") {
    on(CallSetup) { call ->
        val headers = call.request.headers.getAll(BaggageVariables.HEADER)
        baggage.read(headers.orEmpty()).set()
    }
}

/** Sends the values of the call in progress along, to the hosts that are named and to no others. */
val SendBaggage = createClientPlugin("SendBaggage", ::SendBaggageConfig) {
    val hosts = pluginConfig.hosts
    onRequest { request, _ ->
        if (request.url.host in hosts) baggage.header()?.let { request.headers[BaggageVariables.HEADER] = it }
    }
}

/** The hosts that may see the baggage. */
class SendBaggageConfig {
    var hosts: Set<String> = emptySet()
}

// It goes into the log.
private fun isAllowed(c: Int): Boolean = c < 128 && (c.toChar().isLetterOrDigit() || c.toChar() in "._-")
