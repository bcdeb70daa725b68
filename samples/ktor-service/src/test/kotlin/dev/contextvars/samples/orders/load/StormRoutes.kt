// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders.load

import dev.contextvars.samples.orders.Users
import dev.contextvars.samples.orders.requestId
import dev.contextvars.samples.orders.tenant
import dev.contextvars.samples.orders.user
import io.ktor.server.application.Application
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.createRouteScopedPlugin
import io.ktor.server.application.hooks.CallSetup
import io.ktor.server.application.install
import io.ktor.server.auth.authenticate
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import io.ktor.util.AttributeKey
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.withContext
import java.util.concurrent.ConcurrentHashMap
import kotlin.random.Random

private val stormKey = AttributeKey<Storm>("storm")
private val requestKey = AttributeKey<LoadRequest>("request")

/**
 * Puts storms into the service: one as a call begins, one when its tenant is known, before `GET` and `POST /orders` do
 * their work, and one in the handler of `GET /orders/storm`, when its user is known.
 */
internal class StormRoutes(private val seed: Long, private val tally: Tally) {
    private val waiting = ConcurrentHashMap<String, CompletableDeferred<Unit>>()

    /** Completes when the handler of this request does nothing but wait, for the client to go away. */
    fun waits(
        request: LoadRequest,
    ): CompletableDeferred<Unit> = waiting.computeIfAbsent(request.id) { CompletableDeferred() }

    fun installIn(application: Application) {
        application.install(early)
        application.routing {
            route("/orders") {
                install(ofTenant)
                route("/storm") {
                    authenticate(optional = true) {
                        install(Users)
                        get {
                            val request = call.attributes[requestKey]
                            val storm = call.attributes[stormKey]
                            storm.userExpected = request.expectedUser
                            storm.rage(5)
                            if (request.kind == Kind.STORM_FAILS) error("this call fails, as it should")
                            if (request.kind == Kind.ABANDONED) waitForEver(request, storm)
                            call.respondText("${tenant.get()} ${requestId.get()} ${user.get()}")
                        }
                    }
                }
            }
        }
    }

    private val early = createApplicationPlugin("EarlyStorm") {
        on(CallSetup) { call ->
            val number = call.request.queryParameters["for"]?.let(LoadRequest::numberOf) ?: return@on
            val request = LoadRequest(seed, number)
            val storm = Storm(request, tally, Random(seed - number))
            call.attributes.put(requestKey, request)
            call.attributes.put(stormKey, storm)
            storm.overture()
        }
    }

    private val ofTenant = createRouteScopedPlugin("StormOfTenant") {
        onCall { call ->
            val storm = call.attributes.getOrNull(stormKey) ?: return@onCall
            storm.tenantExpected = call.attributes[requestKey].expectedTenant
            storm.rage(1)
        }
    }

    private suspend fun waitForEver(request: LoadRequest, storm: Storm) {
        try {
            waits(request).complete(Unit)
            awaitCancellation()
        } finally {
            withContext(NonCancellable) { storm.rage(2) }
            tally.abandonedCalls.increment()
        }
    }
}
