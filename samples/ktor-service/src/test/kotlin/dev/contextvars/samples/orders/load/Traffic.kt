// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders.load

import com.fasterxml.jackson.databind.JsonNode
import dev.contextvars.samples.orders.Service
import dev.contextvars.samples.orders.draft
import dev.contextvars.samples.orders.requestId
import dev.contextvars.samples.orders.status
import dev.contextvars.samples.orders.tree
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import java.io.IOException
import java.net.http.HttpClient
import java.net.http.HttpResponse
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReferenceArray

/** The outcome of a request for its client. */
internal enum class Outcome { OK, FAILED, CANCELLED }

/** The client side of the load: sends the requests, and checks that each gets its own response. */
internal class Traffic(
    private val service: Service,
    private val scenarios: ScenarioRoutes,
    private val results: LoadResults,
    private val seed: Long,
) {
    private val patientClient = Service.newClient()

    // A separate client: if a request is aborted while its response arrives, the JDK's client may close the connection
    // that the next request already uses.
    private val impatientClient = Service.newClient()

    private val outcomes = AtomicReferenceArray<Outcome?>(REQUESTS)

    fun outcomeOf(request: LoadRequest): Outcome? = outcomes[request.number]

    fun count(outcome: Outcome): Int = (0 until REQUESTS).count { outcomes[it] == outcome }

    suspend fun run() = coroutineScope {
        val next = AtomicInteger()
        repeat(CONCURRENCY) {
            launch(Dispatchers.Default) {
                while (true) {
                    val number = next.getAndIncrement()
                    if (number >= REQUESTS) break
                    outcomes[number] = perform(LoadRequest(seed, number))
                }
            }
        }
    }

    private suspend fun perform(request: LoadRequest): Outcome = when (request.kind) {
        Kind.ABANDONED -> abandon(request)
        Kind.IMPATIENT -> giveUp(request)
        else -> check(request, send(request), request.kind.status)
    }

    private suspend fun abandon(request: LoadRequest): Outcome = coroutineScope {
        val call = launch { send(request) }
        scenarios.waits(request).await()
        call.cancelAndJoin()
        Outcome.CANCELLED
    }

    private suspend fun giveUp(request: LoadRequest): Outcome {
        val response = try {
            withTimeoutOrNull(request.random.nextLong(1, 20)) { send(request, impatientClient) }
        } catch (abort: IOException) {
            null
        }
        return if (response == null) Outcome.CANCELLED else check(request, response, 201)
    }

    private suspend fun send(request: LoadRequest, client: HttpClient = patientClient): HttpResponse<String> {
        val path = if (request.kind.runsScenario) "/orders/scenario" else "/orders"
        val body = bodyOf(request)
        return service.send(
            method = if (body == null) "GET" else "POST",
            path = "$path?for=${request.id}",
            body = body,
            tenant = if (request.kind == Kind.TENANT_UNKNOWN) "nobody" else request.expectedTenant,
            requestId = request.id,
            user = request.user,
            password = if (request.kind == Kind.PASSWORD_WRONG) "guess" else request.user?.let(Service::passwordOf),
            client = client,
        )
    }

    private fun bodyOf(request: LoadRequest): String? = when {
        request.kind == Kind.LIST || request.kind.runsScenario -> null
        request.kind == Kind.GARBLED -> "{"
        request.kind == Kind.REJECTED -> draft(request.id, *request.skus, request.skus.first())
        else -> draft(request.id, *request.skus)
    }

    private fun check(request: LoadRequest, response: HttpResponse<String>, status: Int): Outcome {
        fun expect(expected: Any?, seen: Any?) = results.responses.check(expected == seen) {
            "${request.kind} ${request.id}: the response has $seen instead of $expected"
        }
        expect(status, response.status)
        expect(request.id, response.requestId)
        if (response.status != status) return Outcome.FAILED
        when {
            status >= 400 -> {
                expect(request.id, response.tree["requestId"].text)
            }

            request.kind == Kind.SCENARIO -> {
                expect("${request.tenant} ${request.id} ${request.expectedUser}", response.body())
            }

            request.kind == Kind.LIST -> {
                expect(request.tenant, response.tree["tenant"].text)
                response.tree["latest"].forEach { expect(request.tenant, it["tenant"].text) }
            }

            else -> {
                expect(request.tenant, response.tree["tenant"].text)
                expect(request.id, response.tree["requestId"].text)
                expect(request.id, response.tree["customer"].text)
                expect(request.expectedUser, response.tree["placedBy"].text)
            }
        }
        return if (status < 400) Outcome.OK else Outcome.FAILED
    }
}

private val JsonNode.text: String? get() = textValue()
