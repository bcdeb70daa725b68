// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor

import ch.qos.logback.classic.Level
import ch.qos.logback.classic.LoggerContext
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.AppenderBase
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.shouldBe
import io.ktor.server.application.Application
import io.ktor.server.application.call
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.hooks.CallFailed
import io.ktor.server.application.install
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.slf4j.Logger
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration.Companion.seconds

/** Whom the hook for failures and the engine's log take for the caller. */
private class Witnesses {
    val hook = ConcurrentLinkedQueue<String>()
    val log = ConcurrentLinkedQueue<String>()

    private val appender = object : AppenderBase<ILoggingEvent>() {
        override fun append(event: ILoggingEvent) {
            if (event.level == Level.ERROR && event.throwableProxy?.message == FAILURE) log += caller.get()
        }
    }

    val logger: Logger = LoggerContext().getLogger("engine").also {
        it.loggerContext.start()
        appender.context = it.loggerContext
        appender.start()
        it.addAppender(appender)
    }

    val plugin = createApplicationPlugin("Witness") { on(CallFailed) { _, _ -> hook += caller.get() } }

    /** Waits for a witness: an engine may log after the client has its response. */
    suspend fun first(witness: ConcurrentLinkedQueue<String>): String = withTimeout(30.seconds) {
        while (witness.isEmpty()) yield()
        witness.first()
    }
}

private const val FAILURE = "out of stock"

class FailureSpec : FunSpec({
    fun Application.failing(isAnswered: Boolean) {
        rememberCaller()
        routing {
            get("/") {
                if (isAnswered) call.respondText("answer")
                delay(1)
                error(FAILURE)
            }
        }
    }

    Host.all.forEach { host ->
        listOf(false to "before", true to "after").forEach { (isAnswered, time) ->
            test("a failure $time the response is reported to plugins in the call's context on $host") {
                val witnesses = Witnesses()
                val application: Application.() -> Unit = {
                    install(witnesses.plugin)
                    failing(isAnswered)
                }
                host.serve(application, { log = witnesses.logger }) { client ->
                    runCatching { client.ask("/") } // the test host throws what the handler throws
                    witnesses.first(witnesses.hook) shouldBe "alice"
                }
            }

            // The plugin's context is over by then, but a coroutine without an element may be resumed in it.
            val expected = if (host.binding == Binding.SERVER) setOf("alice") else setOf("alice", "nobody")
            test("a failure $time the response is logged for ${expected.joinToString(" or ")} on $host") {
                val witnesses = Witnesses()
                host.serve({ failing(isAnswered) }, { log = witnesses.logger }) { client ->
                    runCatching { client.ask("/") }
                    witnesses.first(witnesses.log) shouldBeIn expected
                }
            }
        }
    }
})
