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

/** The configuration of [ContextVars] and [RouteContextVars]. */
public class ContextVarsConfig internal constructor() {
    internal var initialize: suspend (ApplicationCall) -> Unit = {}

    /**
     * Registers a block that sets variables for each call. It runs in the call's context, before all handlers. If it is
     * registered more than once, the last block is used.
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
 * Gives each call its own [Context], for applications that do not control how the server is created.
 *
 * ```
 * install(ContextVars) {
 *     initial { call -> tenant.set(call.request.headers["X-Tenant"] ?: "none") }
 * }
 * ```
 *
 * If the server uses [contextPerCall], which covers more, the plugin creates no context and only sets the initial
 * values. Without it, the plugin covers the call's pipeline only. It does not cover the engine's logging of an
 * unhandled exception. In development mode it does not cover `call.launch` and WebSocket handlers, because Ktor
 * determines their coroutine context before any plugin runs. Ktor's test host runs streaming bodies and SSE outside of
 * the call's coroutine, so test these on a real engine.
 *
 * The plugin's phase precedes all phases of the pipeline. Exception handlers of StatusPages therefore run in the call's
 * context, in whatever order the two plugins are installed.
 *
 * If the `initial` block fails, the engine handles the error; StatusPages does not see it. The engine logs a failure
 * after the call's context is exited, so the log line may lack its values.
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
 * Runs a route's calls in a copy of the call's [Context]. Changes made in the route are not visible after it.
 *
 * If nested routes both install it, only the inner installation has an effect, as with all Ktor plugins. If the call
 * has no context, the route's context is initially empty.
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

/** Runs around the whole pipeline. A phase just before Setup would not include the handlers of StatusPages. */
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
