// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.client.docs

import dev.contextvars.ktor.client.withContextVars
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.logging.LogLevel
import io.ktor.client.plugins.logging.Logging

/** The example in the documentation of the function, for the compiler. */
@Suppress("unused")
internal fun withLogging(): HttpClient {
    // snippet: client
    val client = HttpClient(CIO.withContextVars()) {
        install(Logging) { level = LogLevel.HEADERS }
    }
    // end: client
    return client
}
