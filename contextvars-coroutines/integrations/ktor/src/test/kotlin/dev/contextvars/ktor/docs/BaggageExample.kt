// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.docs

import dev.contextvars.ContextVar
import dev.contextvars.baggage.BaggageVariables
import dev.contextvars.baggage.ValueCodec
import io.ktor.client.plugins.api.createClientPlugin
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.hooks.CallSetup

/** Both sides of a hop, as docs/baggage.md shows them. */
internal object BaggageExample {
    val tenant = ContextVar<String>("tenant")

    // snippet: list
    val baggage: BaggageVariables = BaggageVariables
        .builder()
        .add(tenant, ValueCodec.text(40, Character::isLetterOrDigit))
        .build()
    // end: list

    // snippet: receive
    val ReceiveBaggage = createApplicationPlugin("ReceiveBaggage") {
        on(CallSetup) { call ->
            val headers = call.request.headers.getAll(BaggageVariables.HEADER)
            baggage.read(headers.orEmpty()).set()
        }
    }
    // end: receive

    // snippet: send
    val ourHosts = setOf("127.0.0.1", "orders.internal")

    val SendBaggage = createClientPlugin("SendBaggage") {
        onRequest { request, _ ->
            if (request.url.host in ourHosts) {
                baggage.header()?.let { request.headers[BaggageVariables.HEADER] = it }
            }
        }
    }
    // end: send
}
