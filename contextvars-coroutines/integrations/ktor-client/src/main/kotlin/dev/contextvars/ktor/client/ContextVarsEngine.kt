// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.client

import dev.contextvars.coroutines.ContextSource
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.HttpClientEngineBase
import io.ktor.client.engine.HttpClientEngineCapability
import io.ktor.client.engine.HttpClientEngineConfig
import io.ktor.client.request.HttpRequestData
import io.ktor.client.request.HttpRequestPipeline
import io.ktor.client.request.HttpResponseData
import io.ktor.http.content.OutgoingContent
import io.ktor.util.pipeline.PipelinePhase
import io.ktor.utils.io.InternalAPI
import kotlinx.coroutines.CoroutineDispatcher
import kotlin.coroutines.CoroutineContext

/**
 * An engine whose coroutines have copies of the Context of the code that launches them.
 *
 * It must be a HttpClientEngineBase: Ktor counts the clients of these, and closes the engine with the last client.
 */
@OptIn(InternalAPI::class)
internal class ContextVarsEngine(private val engine: HttpClientEngine) : HttpClientEngineBase("contextvars") {
    override val config: HttpClientEngineConfig
        get() = engine.config

    override val dispatcher: CoroutineDispatcher
        get() = engine.dispatcher

    override val supportedCapabilities: Set<HttpClientEngineCapability<*>>
        get() = engine.supportedCapabilities

    // The client uses it as its own coroutine context, and so do requests and responses.
    override val coroutineContext: CoroutineContext =
        engine.coroutineContext + ContextSource.copyOfCurrent().toElement()

    /** Sends the request, in a coroutine that has the element. */
    override suspend fun execute(data: HttpRequestData): HttpResponseData = engine.execute(data)

    /** Adds a phase that wraps the body, before other plugins wrap it. It runs in the caller's coroutine. */
    override fun install(client: HttpClient) {
        val phase = PipelinePhase("ContextVars")
        client.requestPipeline.insertPhaseAfter(HttpRequestPipeline.Render, phase)
        client.requestPipeline.intercept(phase) { body ->
            if (body is OutgoingContent) proceedWith(body.inCurrentContext())
        }
        super.install(client)
    }

    override fun close() = engine.close()

    override fun toString(): String = engine.toString()
}
