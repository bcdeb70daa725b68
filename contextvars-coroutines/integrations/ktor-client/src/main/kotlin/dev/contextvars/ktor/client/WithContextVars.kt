// SPDX-License-Identifier: Apache-2.0
@file:JvmName("ContextVarsEngines")

package dev.contextvars.ktor.client

import dev.contextvars.Context
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.HttpClientEngineConfig
import io.ktor.client.engine.HttpClientEngineFactory

/**
 * Returns a factory of engines whose clients run all code of a request in the caller's [Context] or in a copy of it.
 *
 * ```
 * val client = HttpClient(CIO.withContextVars()) {
 *     install(Logging) { level = LogLevel.HEADERS }
 * }
 * ```
 *
 * Hooks of plugins and `execute { }` run in the caller's coroutine, and so in its Context, with any engine. Ktor runs
 * other code in coroutines of the client: request bodies, `onDownload` listeners, response observers of streamed
 * responses, and what is launched in a response or in the client. With this factory, that code runs in a copy of the
 * Context, taken when the request is sent or the coroutine is launched. Without it, that code reads defaults.
 *
 * Ktor starts the listeners of `onUpload` and the logging of request bodies in GlobalScope. They still read defaults.
 *
 * The engine is configured as before, and closed with the client. A plugin could not do the same, because the client's
 * coroutine context is that of its engine. Requires Ktor 3.4.3 or newer. The function uses internal API of Ktor, so it
 * may fail with a later minor version; it is tested with 3.4.3 and 3.5.2. It costs O(1) for each request.
 */
public fun <T : HttpClientEngineConfig> HttpClientEngineFactory<T>.withContextVars(): HttpClientEngineFactory<T> {
    val factory = this
    return object : HttpClientEngineFactory<T> {
        override fun create(block: T.() -> Unit): HttpClientEngine = ContextVarsEngine(factory.create(block))

        override fun toString(): String = factory.toString()
    }
}
