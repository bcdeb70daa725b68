// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.client

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import dev.contextvars.testing.ThreadCells
import dev.contextvars.testing.pollUntil
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngineFactory
import io.ktor.client.plugins.auth.Auth
import io.ktor.client.plugins.auth.providers.BearerTokens
import io.ktor.client.plugins.auth.providers.bearer
import io.ktor.client.plugins.logging.LogLevel
import io.ktor.client.plugins.onDownload
import io.ktor.client.plugins.onUpload
import io.ktor.client.request.get
import io.ktor.client.request.parameter
import io.ktor.client.request.post
import io.ktor.client.request.prepareGet
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.ByteWriteChannel
import io.ktor.utils.io.writeStringUtf8
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

private const val AT_ONCE = 16

/** The rounds of the control, and those with the longest logs. */
private const val FEW_ROUNDS = 30

private val rounds = checkNotNull(Integer.getInteger("contextvars.stress.rounds")) { "Surefire sets the rounds" }

/** The places in coroutines of the client. To log a body, Logging calls `readFrom` in the caller's coroutine. */
private fun inCoroutinesOfClient(level: LogLevel) =
    setOf("writeTo", "onDownload", "response.launch", "observer, streamed") +
        if (level == LogLevel.ALL) "log of a response, streamed" else "readFrom"

/** The places that run in GlobalScope, and read defaults in any case. */
private fun inGlobalScope(level: LogLevel) =
    setOf("onUpload") + if (level == LogLevel.ALL) PATHS.map { "log of a request to $it" } else setOf()

private val PATHS = setOf("echo", "stream", "unavailable", "secret")

/** The table in docs/ktor-client.md: what each place of a client reads. */
class RequestsSpec : FunSpec({
    val server = Server(this)
    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    /** Sends rounds of requests, and returns what each place reads. */
    suspend fun readsOf(engine: HttpClientEngineFactory<*>, count: Int, logLevel: LogLevel): Map<String, String> {
        val reads = Reads()
        server.client(engine) { reads.installIn(this, logLevel) }.use { client ->
            withContext(Dispatchers.Default) {
                repeat(AT_ONCE) { first ->
                    launch(Context().asElement()) {
                        for (round in first until count step AT_ONCE) client.sendRound("r$round", reads)
                    }
                }
            }
            // Observers of streamed responses run in coroutines of the client.
            pollUntil { reads.summary(count).values.none { " of " in it } }
            ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
        }
        return reads.summary(count)
    }

    engines.forEach { (engineName, engine) ->
        listOf(LogLevel.HEADERS to rounds, LogLevel.ALL to FEW_ROUNDS).forEach { (logLevel, count) ->
            test("all but GlobalScope reads the caller's values in $count rounds of $engineName, log level $logLevel") {
                val reads = readsOf(engine.withContextVars(), count, logLevel)
                reads.filterValues { it != OWN } shouldBe inGlobalScope(logLevel).associateWith { DEFAULT }
            }

            // The control.
            test("without withContextVars the client's coroutines read defaults in $engineName, log level $logLevel") {
                val reads = readsOf(engine, FEW_ROUNDS, logLevel)
                reads.filterValues { it != OWN } shouldBe
                    (inCoroutinesOfClient(logLevel) + inGlobalScope(logLevel)).associateWith { DEFAULT }
            }
        }
    }
})

/** Sends a request of each kind. */
private suspend fun HttpClient.sendRound(round: String, reads: Reads) {
    name.set(round)
    val text = "x".repeat(10_000)
    val written = object : OutgoingContent.WriteChannelContent() {
        override suspend fun writeTo(channel: ByteWriteChannel) {
            reads.read(round, "writeTo")
            yield()
            channel.writeStringUtf8(text)
            reads.read(round, "writeTo")
            if (name.get() == round) name.set("set by the body") // without a context, it would throw
        }
    }
    val read = object : OutgoingContent.ReadChannelContent() {
        override fun readFrom(): ByteReadChannel {
            reads.read(round, "readFrom")
            return ByteReadChannel(text)
        }
    }
    post("/echo") {
        parameter(Reads.NAME, round)
        setBody(written)
        onDownload { _, _ -> reads.read(round, "onDownload") }
    }.bodyAsText() shouldBe text
    post("/echo") {
        parameter(Reads.NAME, round)
        setBody(read)
        onUpload { _, _ -> reads.read(round, "onUpload") }
    }.bodyAsText() shouldBe text
    prepareGet("/stream") { parameter(Reads.NAME, round) }.execute { response ->
        reads.read(round, "execute")
        response.launch { reads.read(round, "response.launch") }.join()
        response.bodyAsText() shouldBe "part".repeat(3)
    }
    get("/unavailable") { parameter(Reads.NAME, round) }.status shouldBe HttpStatusCode.OK
    withTokens(round, reads).use { client ->
        client.get("/secret") { parameter(Reads.NAME, round) }.status shouldBe HttpStatusCode.OK
    }
    check(name.get() == round) { "the caller reads ${name.get()}" }
}

private fun HttpClient.withTokens(round: String, reads: Reads) = config {
    install(Auth) {
        bearer {
            loadTokens {
                reads.read(round, "loadTokens")
                BearerTokens("stale", "refresh")
            }
            refreshTokens {
                reads.read(round, "refreshTokens")
                BearerTokens("fresh", "refresh")
            }
        }
    }
}
