// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback

import ch.qos.logback.classic.LoggerContext
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.classic.spi.LoggingEventVO
import ch.qos.logback.core.ContextBase
import ch.qos.logback.core.UnsynchronizedAppenderBase
import dev.contextvars.logging.LogFields
import dev.contextvars.logging.testing.ChildProcess
import dev.contextvars.logging.testing.Serialized
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import org.slf4j.Logger
import org.slf4j.MDC
import java.net.URLClassLoader

/** Events that are sent to a process which has Logback, but not this library. */
class SerializationSpec : FunSpec({
    val elsewhere = URLClassLoader(
        listOf(LoggerContext::class.java, ContextBase::class.java, Logger::class.java)
            .map { ChildProcess.pathOf(it).toUri().toURL() }
            .toTypedArray(),
        ClassLoader.getPlatformClassLoader(),
    )
    afterSpec { elsewhere.close() }

    /** Logs as an appender does that sends events: it takes the values inside the logging call. */
    fun sent(block: (Logger) -> Unit): LoggingEventVO {
        val sent = mutableListOf<LoggingEventVO>()
        val appender = object : UnsynchronizedAppenderBase<ILoggingEvent>() {
            override fun append(event: ILoggingEvent) {
                sent += LoggingEventVO.build(event)
            }
        }
        appender.context = defaultContext
        appender.start()
        LogFields.add(tenant).use { block(appender.logger()) }
        return sent.single()
    }

    mapOf<String, Pair<Map<String, String>, (Logger) -> Unit>>(
        "nothing bound" to (emptyMap<String, String>() to { it.info("message") }),
        "a variable" to (mapOf("tenant" to "acme") to { log -> inAcme { log.info("message") } }),
        "a variable and an MDC" to (
            mapOf("tenant" to "acme", "route" to "/orders") to { log ->
                inAcme { MDC.putCloseable("route", "/orders").use { log.info("message") } }
            }
        ),
    ).forEach { (what, case) ->
        val (expected, log) = case
        test("an event with $what is read back by a process without this library") {
            val copy = Serialized.copy(sent(log), elsewhere)
            copy.javaClass.classLoader shouldBe elsewhere
            copy.javaClass shouldNotBe LoggingEventVO::class.java
            copy.javaClass.getMethod("getMDCPropertyMap").invoke(copy) shouldBe expected
        }
    }
})
