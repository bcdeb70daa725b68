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

/** Records the caller's value in the hook for failures and in the engine's log. */
private class Observers {
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

    val plugin = createApplicationPlugin("Observer") { on(CallFailed) { _, _ -> hook += caller.get() } }

    /** Returns the first value, once there is one: an engine may log after the client has its response. */
    suspend fun first(values: ConcurrentLinkedQueue<String>): String = withTimeout(30.seconds) {
        while (values.isEmpty()) yield()
        values.first()
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
            test("CallFailed $time the response has the call's context on $host") {
                val observers = Observers()
                val application: Application.() -> Unit = {
                    install(observers.plugin)
                    failing(isAnswered)
                }
                host.serve(application, { log = observers.logger }) { client ->
                    runCatching { client.ask("/") } // the test host rethrows the handler's exception
                    observers.first(observers.hook) shouldBe "alice"
                }
            }

            // The call has exited the plugin's context, but a coroutine without an element may be resumed in it.
            val expected = if (host.binding == Binding.SERVER) setOf("alice") else setOf("alice", "nobody")
            test("the log $time the response has ${expected.joinToString("|")} on $host") {
                val observers = Observers()
                host.serve({ failing(isAnswered) }, { log = observers.logger }) { client ->
                    runCatching { client.ask("/") }
                    observers.first(observers.log) shouldBeIn expected
                }
            }
        }
    }
})
