// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import dev.contextvars.baggage.BaggageVariables
import dev.contextvars.baggage.ValueCodec
import io.ktor.client.plugins.api.createClientPlugin
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.hooks.CallSetup

// Two of the variables in Ambient.kt travel from service to service, in the header `baggage`. Baggage is not trusted: a
// client can send any tenant. The authenticated user stays in this process.

private const val MAX_TENANT = 40
private const val MAX_REQUEST_ID = 64

private val baggage = BaggageVariables
    .builder()
    .add(tenant, ValueCodec.text(MAX_TENANT, ::isAllowed))
    .add(requestId, ValueCodec.text(MAX_REQUEST_ID, ::isAllowed))
    .build()

/** Sets the variables in the baggage of a call. The call's own headers are read later and take precedence. */
val ReceiveBaggage = createApplicationPlugin("ReceiveBaggage") {
    on(CallSetup) { call ->
        val headers = call.request.headers.getAll(BaggageVariables.HEADER)
        baggage.read(headers.orEmpty()).set()
    }
}

/** Sends the values of the current call as baggage, only to the configured hosts. */
val SendBaggage = createClientPlugin("SendBaggage", ::SendBaggageConfig) {
    val hosts = pluginConfig.hosts
    onRequest { request, _ ->
        if (request.url.host in hosts) baggage.header()?.let { request.headers[BaggageVariables.HEADER] = it }
    }
}

/** The configuration of [SendBaggage]: the hosts that receive baggage. */
class SendBaggageConfig {
    var hosts: Set<String> = emptySet()
}

// The values are written to the log.
private fun isAllowed(c: Int): Boolean = c < 128 && (c.toChar().isLetterOrDigit() || c.toChar() in "._-")
