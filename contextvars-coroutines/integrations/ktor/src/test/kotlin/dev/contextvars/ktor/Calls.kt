// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import io.ktor.client.HttpClient
import io.ktor.client.request.get
import io.ktor.client.statement.bodyAsText
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.call

/** The query parameter of a call, set by an interceptor in the first of Ktor's phases. */
internal val caller = ContextVar("caller", "nobody")

/** The current context, compared by identity. */
internal val current: Context? get() = ContextSwap.current()

internal fun Application.rememberCaller() {
    intercept(ApplicationCallPipeline.Setup) { caller.set(call.request.queryParameters["caller"] ?: "anonymous") }
}

internal suspend fun HttpClient.ask(path: String, caller: String = "alice"): String =
    get("$path?caller=$caller").bodyAsText()
