// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback

import dev.contextvars.ContextVar
import dev.contextvars.ktor.contextPerCall
import dev.contextvars.logging.LogFields
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.call
import io.ktor.server.application.install
import io.ktor.server.application.serverConfig
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.plugins.callid.CallId
import io.ktor.server.plugins.callid.callId
import io.ktor.server.plugins.callid.callIdMdc
import io.ktor.server.plugins.calllogging.CallLogging
import io.ktor.server.plugins.statuspages.StatusPages
import io.ktor.server.request.path
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.slf4j.Logger
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers

private const val REQUESTS = 400
private const val CLIENTS = 16
private const val LINES = 5 * REQUESTS

private val step = ContextVar<String>("step")

/** Ktor with the plugins that use the MDC: what they put there and the variables show in one line. */
class KtorSpec : FunSpec({
    test("$REQUESTS requests of $CLIENTS clients show their own tenant, step and call id on every line") {
        val registrations = listOf(LogFields.add(tenant), LogFields.add(step))
        val lines = lines("%X{tenant} %X{step} %X{call} %X{path}|%msg")
        val server = embeddedServer(
            Netty,
            serverConfig {
                parentCoroutineContext = contextPerCall()
                module { service(lines.logger()) }
            },
        ) {
            connector {
                host = "127.0.0.1"
                port = 0
            }
        }
        server.startSuspend(wait = false)
        try {
            requests(
                server.engine
                    .resolvedConnectors()
                    .single()
                    .port,
            )
        } finally {
            server.stopSuspend(gracePeriodMillis = 100, timeoutMillis = 10_000)
            registrations.forEach { it.close() }
        }
        lines.texts
            .filter { it.substringBefore('|') != it.substringAfter('|') }
            .take(10)
            .shouldBeEmpty()
        lines.texts shouldHaveSize LINES
    }
})

private suspend fun requests(port: Int) = coroutineScope {
    val client = HttpClient.newHttpClient()
    repeat(CLIENTS) { number ->
        launch(Dispatchers.IO) {
            for (id in number until REQUESTS step CLIENTS) {
                val path = if (id % 3 == 0) "/fail" else "/"
                val request = HttpRequest
                    .newBuilder(URI("http://127.0.0.1:$port$path"))
                    .header("X-Tenant", "t${id % 7}")
                    .header("X-Request-Id", "id-$id")
                    .build()
                client.send(request, BodyHandlers.discarding())
            }
        }
    }
}

/** Logs five lines for each call, and in each the values that the line must show. */
private fun Application.service(log: Logger) {
    install(CallId) { retrieveFromHeader("X-Request-Id") }
    install(CallLogging) {
        logger = log
        callIdMdc("call")
        mdc("path") { it.request.path() }
        format { it.expected(step.get()) }
    }
    install(StatusPages) {
        exception<IllegalStateException> { call, _ ->
            log.info(call.expected("failing"))
            call.respondText("failed", status = HttpStatusCode.InternalServerError)
        }
    }
    intercept(ApplicationCallPipeline.Plugins) {
        tenant.set(call.request.headers["X-Tenant"])
        step.set("begin")
        log.info(call.expected("begin"))
    }
    routing {
        get("/") {
            call.work(log)
            log.info(call.expected("end"))
            call.respondText("ok")
        }
        get("/fail") {
            call.work(log)
            step.set("failing")
            error("as it should")
        }
    }
}

private suspend fun ApplicationCall.work(log: Logger) {
    withContext(Dispatchers.IO) {
        delay(1)
        log.info(expected("begin"))
    }
    coroutineScope {
        async {
            step.set("child")
            delay(1)
            log.info(expected("child"))
        }.await()
    }
    step.set("end")
}

private fun ApplicationCall.expected(step: String) =
    "${request.headers["X-Tenant"]} $step $callId ${request.path()}"
