// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor

import dev.contextvars.testing.ThreadCells
import io.kotest.matchers.collections.shouldBeEmpty
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.plugins.defaultRequest
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.websocket.WebSockets
import io.ktor.server.application.Application
import io.ktor.server.application.ServerConfigBuilder
import io.ktor.server.application.install
import io.ktor.server.application.serverConfig
import io.ktor.server.engine.ApplicationEngine
import io.ktor.server.engine.ApplicationEngineFactory
import io.ktor.server.engine.ApplicationEnvironmentBuilder
import io.ktor.server.engine.applicationEnvironment
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.testing.runTestApplication
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import io.ktor.client.engine.cio.CIO as ClientCIO
import io.ktor.server.cio.CIO as ServerCIO

internal enum class Engine { NETTY, CIO, TEST_HOST }

/** The code that binds a context to a call. */
internal enum class Binding { SERVER, PLUGIN }

/** A way to run an application. */
internal data class Host(val engine: Engine, val isDevelopment: Boolean, val binding: Binding) {
    private val parent: CoroutineContext
        get() = if (binding == Binding.SERVER) contextPerCall() else EmptyCoroutineContext

    /** Runs the application, and then checks that no thread has a context. */
    suspend fun serve(
        application: Application.() -> Unit,
        environment: ApplicationEnvironmentBuilder.() -> Unit = {},
        parent: CoroutineContext = this.parent,
        use: suspend (HttpClient) -> Unit,
    ) {
        val server = Server({
            if (binding == Binding.PLUGIN) install(ContextVars)
            application()
        }, environment, parent) {
            use(it)
            // Netty's threads end with the server.
            if (engine == Engine.NETTY) ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
        }
        when (engine) {
            Engine.NETTY -> server.runOn(Netty)
            Engine.CIO -> server.runOn(ServerCIO)
            Engine.TEST_HOST -> server.runOnTestHost()
        }
        // Threads of Dispatchers.Default remain. While the server runs, CIO's selector has a context on one of them.
        ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
    }

    private inner class Server(
        val application: Application.() -> Unit,
        val environment: ApplicationEnvironmentBuilder.() -> Unit,
        val parent: CoroutineContext,
        val use: suspend (HttpClient) -> Unit,
    ) {
        suspend fun <E : ApplicationEngine, C : ApplicationEngine.Configuration> runOn(
            factory: ApplicationEngineFactory<E, C>,
        ) {
            val config = serverConfig(applicationEnvironment(environment)) {
                configure()
                module { application() }
            }
            val server = embeddedServer(factory, config) {
                connector {
                    host = LOOPBACK
                    port = 0
                }
            }
            server.startSuspend(wait = false)
            try {
                val address = "http://$LOOPBACK:${server.engine.resolvedConnectors().single().port}"
                HttpClient(ClientCIO) {
                    engine {
                        requestTimeout = 120_000 // the defaults (15 s, 5 s to connect) are too short on a busy machine
                        endpoint.connectTimeout = 30_000
                    }
                    plugins()
                    defaultRequest { url(address) }
                }.use { use(it) }
            } finally {
                server.stopSuspend(gracePeriodMillis = 0, timeoutMillis = 1_000)
            }
        }

        suspend fun runOnTestHost() = runTestApplication {
            environment(environment)
            serverConfig { configure() }
            application(application)
            createClient { plugins() }.use { use(it) }
        }

        private fun ServerConfigBuilder.configure() {
            developmentMode = isDevelopment
            watchPaths = emptyList() // otherwise Ktor loads the application again, with other variables
            parentCoroutineContext += parent
        }
    }

    override fun toString(): String =
        "$engine, ${if (isDevelopment) "dev" else "prod"}, $binding"

    companion object {
        private const val LOOPBACK = "127.0.0.1"

        val all: List<Host> = Engine.entries.flatMap { engine ->
            listOf(false, true).flatMap { development -> Binding.entries.map { Host(engine, development, it) } }
        }

        private fun HttpClientConfig<*>.plugins() {
            install(WebSockets)
            install(SSE)
        }
    }
}
