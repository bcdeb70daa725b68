// SPDX-License-Identifier: Apache-2.0
@file:JvmName("ContextVarsPlugins")

package dev.contextvars.ktor

import dev.contextvars.Context
import dev.contextvars.coroutines.hasContextElement
import dev.contextvars.coroutines.withContext
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.ApplicationPlugin
import io.ktor.server.application.Hook
import io.ktor.server.application.RouteScopedPlugin
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.createRouteScopedPlugin
import io.ktor.util.pipeline.PipelinePhase
import kotlinx.coroutines.currentCoroutineContext

/** What [ContextVars] and [RouteContextVars] do at the start of a call. */
public class ContextVarsConfig internal constructor() {
    internal var initialize: suspend (ApplicationCall) -> Unit = {}

    /**
     * Sets variables for each call, in the call's context and before all else; the last block given counts.
     *
     * ```
     * install(ContextVars) {
     *     initial { call -> requestId.set(call.request.headers["X-Request-Id"] ?: newId()) }
     * }
     * ```
     */
    public fun initial(block: suspend (call: ApplicationCall) -> Unit) {
        initialize = block
    }
}

/**
 * Gives each call a [Context] of its own, in applications that cannot touch how their server is made.
 *
 * ```
 * install(ContextVars) {
 *     initial { call -> tenant.set(call.request.headers["X-Tenant"] ?: "none") }
 * }
 * ```
 *
 * Where the server has [contextPerCall], which covers more, the plugin makes no context, and only sets the initial
 * values. By itself it covers what the call's pipeline does: not the engine's logging of an unhandled exception, nor, in
 * development mode, `call.launch` and WebSocket handlers, whose coroutine context Ktor fixes before any plugin. Ktor's
 * test host runs streaming bodies and SSE outside of the call's coroutine: test these on a real engine.
 *
 * Its phase comes before the pipeline's first, so that exception handlers of StatusPages run inside, in whatever order
 * the two are installed.
 *
 * A failure to set the initial values is therefore the engine's to answer, and not handed to StatusPages. What the engine
 * logs of a failure is logged after the call's context, with its values or without.
 */
public val ContextVars: ApplicationPlugin<ContextVarsConfig> =
    createApplicationPlugin("ContextVars", ::ContextVarsConfig) {
        val initialize = pluginConfig.initialize
        on(AroundCall) { call, proceed ->
            if (currentCoroutineContext().hasContextElement) {
                initialize(call)
                proceed()
            } else {
                withContext(Context()) {
                    initialize(call)
                    proceed()
                }
            }
        }
    }

/**
 * Runs a route's calls in a copy of the call's [Context]: what is set in the route is not seen after it.
 *
 * Of nested routes that both install it, the inner one's holds, and the outer one's does nothing, as with all plugins of
 * Ktor. Where the call has no context, the route's is empty at first.
 *
 * ```
 * route("/admin") {
 *     install(RouteContextVars) { initial { role.set(Role.ADMIN) } }
 * }
 * ```
 */
public val RouteContextVars: RouteScopedPlugin<ContextVarsConfig> =
    createRouteScopedPlugin("RouteContextVars", ::ContextVarsConfig) {
        val initialize = pluginConfig.initialize
        on(AroundCall) { call, proceed ->
            withContext(Context.copyContext()) {
                initialize(call)
                proceed()
            }
        }
    }

/** Goes around all that a pipeline does: merely before Setup, the handlers of StatusPages would be outside. */
private object AroundCall : Hook<suspend (call: ApplicationCall, proceed: suspend () -> Unit) -> Unit> {
    override fun install(
        pipeline: ApplicationCallPipeline,
        handler: suspend (call: ApplicationCall, proceed: suspend () -> Unit) -> Unit,
    ) {
        val phase = PipelinePhase("ContextVars")
        pipeline.insertPhaseBefore(pipeline.items.first(), phase)
        pipeline.intercept(phase) { handler(context) { proceed() } }
    }
}
