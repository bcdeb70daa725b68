// SPDX-License-Identifier: Apache-2.0
@file:JvmName("ParentContexts")

package dev.contextvars.ktor

import dev.contextvars.Context
import dev.contextvars.coroutines.ContextSource
import kotlin.coroutines.CoroutineContext

/**
 * Returns what gives each call of a server a [Context] of its own, for the server's `parentCoroutineContext`.
 *
 * ```
 * val config = serverConfig {
 *     parentCoroutineContext = contextPerCall()
 *     module { routing { get("/") { call.respondText(tenant.get()) } } }
 * }
 * embeddedServer(Netty, config) { connector { port = 8080 } }.start(wait = true)
 * ```
 *
 * In a coroutine, `embeddedServer(Netty, port = 8080, parentCoroutineContext = contextPerCall()) { … }` does the same.
 *
 * Nothing else is needed: handlers, StatusPages, WebSockets, SSE, streaming bodies, `call.launch` and the engine's own
 * error logging all run in the call's context, in development mode too. A call sees the values of [initial], and its own
 * sets are seen by no other call.
 *
 * Ktor's test host gives calls their contexts as well (`serverConfig { parentCoroutineContext = contextPerCall() }` in
 * `testApplication`), but runs streaming bodies, SSE and WebSockets outside of the call's coroutine, and so without it:
 * test these on a real engine.
 *
 * A bare `launch` in a handler belongs to the application, not to the call, and gets a copy of [initial]: use
 * `call.launch`. While development mode watches paths to reload the application, Ktor gives that an interceptor which is
 * no dispatcher, and kotlinx.coroutines then installs no thread elements: name a dispatcher in what you launch. Needs Ktor 3.4.3 or newer: older ones resume a call without restoring it (KTOR-9431).
 *
 * @param initial the context that the calls' are copies of, as it is when a call begins
 */
public fun contextPerCall(initial: Context = Context()): CoroutineContext =
    ContextSource.copyForEachBuilder(initial).toElement()
