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

private val scenarioKey = AttributeKey<LoadScenario>("scenario")
private val requestKey = AttributeKey<LoadRequest>("request")

/**
 * Runs scenarios in the service: at the start of a call, after its tenant is set and before the handlers of `GET` and
 * `POST /orders`, and after its user is set in the handler of `GET /orders/scenario`.
 */
internal class ScenarioRoutes(private val seed: Long, private val results: LoadResults) {
    private val waiting = ConcurrentHashMap<String, CompletableDeferred<Unit>>()

    /** Completes when the handler of this request only waits for the client to disconnect. */
    fun waits(
        request: LoadRequest,
    ): CompletableDeferred<Unit> = waiting.computeIfAbsent(request.id) { CompletableDeferred() }

    fun installIn(application: Application) {
        application.install(early)
        application.routing {
            route("/orders") {
                install(ofTenant)
                route("/scenario") {
                    authenticate(optional = true) {
                        install(Users)
                        get {
                            val request = call.attributes[requestKey]
                            val scenario = call.attributes[scenarioKey]
                            scenario.userExpected = request.expectedUser
                            scenario.run(5)
                            if (request.kind == Kind.SCENARIO_FAILS) error("this call fails on purpose")
                            if (request.kind == Kind.ABANDONED) awaitDisconnect(request, scenario)
                            call.respondText("${tenant.get()} ${requestId.get()} ${user.get()}")
                        }
                    }
                }
            }
        }
    }

    private val early = createApplicationPlugin("EarlyScenario") {
        on(CallSetup) { call ->
            val number = call.request.queryParameters["for"]?.let(LoadRequest::numberOf) ?: return@on
            val request = LoadRequest(seed, number)
            val scenario = LoadScenario(request, results, Random(seed - number))
            call.attributes.put(requestKey, request)
            call.attributes.put(scenarioKey, scenario)
            scenario.runFirstSteps()
        }
    }

    private val ofTenant = createRouteScopedPlugin("TenantScenario") {
        onCall { call ->
            val scenario = call.attributes.getOrNull(scenarioKey) ?: return@onCall
            scenario.tenantExpected = call.attributes[requestKey].expectedTenant
            scenario.run(1)
        }
    }

    private suspend fun awaitDisconnect(request: LoadRequest, scenario: LoadScenario) {
        try {
            waits(request).complete(Unit)
            awaitCancellation()
        } finally {
            withContext(NonCancellable) { scenario.run(2) }
            results.abandonedCalls.increment()
        }
    }
}
