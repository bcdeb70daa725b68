// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.client

import dev.contextvars.ContextVar
import io.ktor.client.HttpClientConfig
import io.ktor.client.plugins.HttpRequestRetry
import io.ktor.client.plugins.api.Send
import io.ktor.client.plugins.api.SetupRequest
import io.ktor.client.plugins.api.createClientPlugin
import io.ktor.client.plugins.isSaved
import io.ktor.client.plugins.logging.LogLevel
import io.ktor.client.plugins.logging.Logger
import io.ktor.client.plugins.logging.Logging
import io.ktor.client.plugins.observer.ResponseObserver
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.request
import java.util.concurrent.ConcurrentHashMap

internal const val DEFAULT = "none"
internal const val OWN = "own"

/** The name of a round of requests. All its requests have the name as a parameter. */
internal val name = ContextVar("name", DEFAULT)

/** The values that each place of the client reads in each round: `own`, or any other value as it is. */
internal class Reads {
    private val places = ConcurrentHashMap<String, ConcurrentHashMap<String, Set<String>>>()

    fun read(round: String, place: String) {
        val value = name.get().let { if (it == round) OWN else it }
        places.computeIfAbsent(place) { ConcurrentHashMap() }.merge(round, setOf(value)) { all, more -> all + more }
    }

    /** Returns the values of each place, with the number of rounds if the place was not reached in all of them. */
    fun summary(rounds: Int): Map<String, String> = places.toSortedMap().mapValues { (_, reads) ->
        val values = reads.values
            .flatten()
            .distinct()
            .sorted()
            .joinToString()
        if (reads.size == rounds) values else "$values in ${reads.size} of $rounds rounds"
    }

    /** Reads the variable in all hooks of plugins, in the logger, in the observer, and before a retry. */
    fun installIn(client: HttpClientConfig<*>, logLevel: LogLevel) {
        client.install(hooks)
        client.install(HttpRequestRetry) {
            retryOnServerErrors(maxRetries = 1)
            delayMillis { 0 }
            modifyRequest { read(request, "retry") }
        }
        client.install(ResponseObserver) {
            onResponse { read(it, if (it.isSaved) "observer, saved" else "observer, streamed") }
        }
        client.install(Logging) {
            level = logLevel
            logger = object : Logger {
                override fun log(message: String) = readInLog(message)
            }
        }
    }

    private val hooks = createClientPlugin("Reads") {
        onRequest { request, _ -> read(request, "onRequest") }
        on(SetupRequest) { request -> read(request, "SetupRequest") }
        on(Send) { request ->
            read(request, "Send")
            proceed(request).also { read(request, "Send") }
        }
        onResponse { response -> read(response, "onResponse") }
        transformRequestBody { request, _, _ ->
            read(request, "transformRequestBody")
            null
        }
        transformResponseBody { response, _, _ ->
            read(response, "transformResponseBody")
            null
        }
    }

    private fun read(request: HttpRequestBuilder, place: String) = read(request.url.parameters[NAME]!!, place)

    private fun read(response: HttpResponse, place: String) = read(response.request.url.parameters[NAME]!!, place)

    private fun readInLog(message: String) {
        val (path, round) = checkNotNull(Regex("""/(\w+)\?$NAME=(\w+)""").find(message)) { message }.destructured
        val of = if (message.startsWith("REQUEST")) "request" else "response"
        val body = if (path == STREAM) "streamed" else "saved"
        read(round, if (of == "request") "log of a request to $path" else "log of a response, $body")
    }

    companion object {
        const val NAME = "name"
        const val STREAM = "stream"
    }
}
