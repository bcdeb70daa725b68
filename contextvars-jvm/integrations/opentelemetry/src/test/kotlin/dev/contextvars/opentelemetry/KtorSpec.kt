// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry

import dev.contextvars.ktor.contextPerCall
import dev.contextvars.opentelemetry.docs.PageExamples
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.statement.bodyAsText
import io.ktor.server.application.Application
import io.ktor.server.application.install
import io.ktor.server.application.serverConfig
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import io.opentelemetry.api.trace.Span
import io.opentelemetry.instrumentation.ktor.v3_0.KtorServerTelemetry
import io.opentelemetry.sdk.trace.data.SpanData
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import io.opentelemetry.context.Context as OtelContext

private const val CONCURRENCY = 64
private val requests = Integer.getInteger("load.requests", 2_048)

/** A real server with OpenTelemetry's instrumentation, and a real client. */
class KtorSpec : FunSpec({
    test("$requests requests at concurrency 64 each see their own tenant and parent span") {
        Telemetry().use { telemetry ->
            val answers = serve(telemetry, contextPerCall()) { port -> load(port, "/work", requests) }
            wrongAnswers(answers).shouldBeEmpty()
            val byTrace = telemetry.spans.groupBy { it.traceId }
            byTrace.size shouldBe requests
            answers.keys.filterNot { hasRightSpans(it, byTrace.getValue(traceId(it))) }.shouldBeEmpty()
        }
    }

    test("400 requests see tenant and span after delay, on IO, in launch and in call.launch") {
        Telemetry().use { telemetry ->
            val answers = serve(telemetry, contextPerCall()) { port -> load(port, "/places", requests = 400) }
            wrongAnswers(answers, places = 5).shouldBeEmpty()
        }
    }

    test("control: without received().set() no request sees its tenant, and all see their span") {
        Telemetry().use { telemetry ->
            val onlyInstrumented: Application.() -> Unit = {
                install(KtorServerTelemetry) { setOpenTelemetry(telemetry.sdk) }
            }
            val answers =
                serve(telemetry, contextPerCall(), onlyInstrumented) { port -> load(port, "/places", requests = 100) }
            answers.values.toSet().all { answer -> answer.split(',').all { it.startsWith("none ") } } shouldBe true
            val withTenant = answers.mapValues { (number, answer) -> answer.replace("none ", "tenant-$number ") }
            wrongAnswers(withTenant, places = 5).shouldBeEmpty()
        }
    }

    test("control: without contextPerCall no request sees its tenant on another thread") {
        Telemetry().use { telemetry ->
            val answers = serve(telemetry, EmptyCoroutineContext) { port -> load(port, "/io", requests = 100) }
            wrongAnswers(answers).size shouldBe 100
        }
    }

    test("control: without OpenTelemetry's instrumentation no request sees its span") {
        Telemetry().use { telemetry ->
            val answers =
                serve(telemetry, contextPerCall(), plugins = { }) { port -> load(port, "/io", requests = 100) }
            answers.values.all { it.endsWith(" 00000000000000000000000000000000") } shouldBe true
        }
    }

    test("the handler sends its tenant on, beside the baggage that OpenTelemetry forwards") {
        Telemetry().use { telemetry ->
            serve(telemetry, contextPerCall()) { port ->
                newClient().use { client ->
                    val url = "http://127.0.0.1:$port/onward"
                    client.get(url) { header("baggage", "tenant=acme,other=1") }.bodyAsText()
                }
            } shouldBe "other=1,tenant=acme"
        }
    }
})

private suspend fun <T> serve(
    telemetry: Telemetry,
    parent: CoroutineContext,
    plugins: Application.() -> Unit = { with(PageExamples) { telemetry(telemetry.sdk) } },
    use: suspend (port: Int) -> T,
): T {
    val config = serverConfig {
        parentCoroutineContext = parent
        module {
            plugins()
            routes(telemetry)
        }
    }
    val server = embeddedServer(Netty, config) {
        connector {
            host = "127.0.0.1"
            port = 0
        }
    }
    server.startSuspend(wait = false)
    try {
        val (connector) = server.engine.resolvedConnectors()
        val result = use(connector.port)
        if (parent != EmptyCoroutineContext) ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
        return result
    } finally {
        server.stopSuspend(gracePeriodMillis = 0, timeoutMillis = 1_000)
    }
}

private fun seen() = tenant.get("none") + " " + Span.current().spanContext.traceId

private fun Application.routes(telemetry: Telemetry) = routing {
    get("/io") {
        call.respondText(withContext(Dispatchers.IO) { seen() })
    }
    get("/work") {
        val child = telemetry.startSpan("work").setAttribute("tenant", tenant.get("none"))
        delay(1)
        withContext(Dispatchers.IO) { child.end() }
        call.respondText(seen())
    }
    get("/places") {
        val places = mutableListOf(seen())
        delay(1)
        places += seen()
        withContext(Dispatchers.IO) { places += seen() }
        coroutineScope { launch { places += seen() } }
        val launched = CompletableDeferred<String>()
        call.launch { launched.complete(seen()) }
        call.respondText((places + launched.await()).joinToString(","))
    }
    get("/onward") {
        val headers =
            withContext(Dispatchers.IO) {
                telemetry.sdk.propagators.textMapPropagator
                    .injected(OtelContext.current())
            }
        call.respondText(headers.getValue("baggage").single())
    }
}

/** A client without the default time-outs, which a busy machine may exceed. */
private fun newClient() = HttpClient(CIO) {
    engine {
        requestTimeout = 0
        endpoint.connectTimeout = 60_000
    }
}

private fun traceId(number: Int) = "%032x".format(number + 1)

private fun spanId(number: Int) = "%016x".format(number + 1)

/** Sends requests with a tenant and a parent span each, and returns the answers by number. */
private suspend fun load(port: Int, path: String, requests: Int): Map<Int, String> {
    val answers = ConcurrentHashMap<Int, String>()
    val next = AtomicInteger()
    newClient().use { client ->
        coroutineScope {
            repeat(CONCURRENCY) {
                launch(Dispatchers.Default) {
                    generateSequence { next.getAndIncrement().takeIf { it < requests } }.forEach { number ->
                        answers[number] = client
                            .get("http://127.0.0.1:$port$path") {
                                header("traceparent", "00-${traceId(number)}-${spanId(number)}-01")
                                header("baggage", "other=1,tenant=tenant-$number")
                            }.bodyAsText()
                    }
                }
            }
        }
    }
    withClue("each request has an answer") { answers.size shouldBe requests }
    return answers
}

private fun wrongAnswers(answers: Map<Int, String>, places: Int = 1): List<String> =
    answers.mapNotNull { (number, answer) ->
        val right = List(places) { "tenant-$number ${traceId(number)}" }.joinToString(",")
        if (answer == right) null else "$number: $answer"
    }

/** A server span whose parent is the client's, and a span of the handler whose parent is the server's. */
private fun hasRightSpans(number: Int, spans: List<SpanData>): Boolean {
    val server = spans.singleOrNull { it.parentSpanId == spanId(number) } ?: return false
    val work = spans.singleOrNull { it.parentSpanId == server.spanId } ?: return false
    val (tenant) = work.attributes
        .asMap()
        .values
        .toList()
    return spans.size == 2 && work.name == "work" && tenant == "tenant-$number"
}
