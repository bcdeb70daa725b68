// SPDX-License-Identifier: Apache-2.0
@file:JvmName("ParentContexts")

package dev.contextvars.ktor

import dev.contextvars.Context
import dev.contextvars.coroutines.ContextSource
import kotlin.coroutines.CoroutineContext

/**
 * Returns a coroutine context that gives each call of a server its own [Context], for the server's
 * `parentCoroutineContext`.
 *
 * ```
 * val config = serverConfig {
 *     parentCoroutineContext = contextPerCall()
 *     module { routing { get("/") { call.respondText(tenant.get()) } } }
 * }
 * embeddedServer(Netty, config) { connector { port = 8080 } }.start(wait = true)
 * ```
 *
 * Inside a coroutine, `embeddedServer(Netty, port = 8080, parentCoroutineContext = contextPerCall()) { … }` does the
 * same.
 *
 * No other setup is required. Handlers, StatusPages, WebSockets, SSE, streaming bodies, `call.launch` and the engine's
 * own error logging all run in the call's context, also in development mode. A call sees the values of [initial]. Its
 * own changes are not visible to other calls.
 *
 * It also works in Ktor's test host (`serverConfig { parentCoroutineContext = contextPerCall() }` in
 * `testApplication`). However, the test host runs streaming bodies, SSE and WebSockets outside of the call's coroutine
 * and therefore without its context, so test these on a real engine.
 *
 * A plain `launch` in a handler belongs to the application, not to the call, and gets a copy of [initial]. Use
 * `call.launch` instead. While development mode watches paths to reload the application, Ktor installs an interceptor
 * that is not a dispatcher for `call.launch`, and kotlinx.coroutines then installs no thread elements. In that case,
 * pass a dispatcher to `call.launch`.
 *
 * Requires Ktor 3.4.3 or newer: older versions resume a call without restoring its context (KTOR-9431). O(1) for each
 * call.
 *
 * @param initial the context that is copied for each call, when the call begins
 */
public fun contextPerCall(initial: Context = Context()): CoroutineContext =
    ContextSource.copyForEachBuilder(initial).toElement()
