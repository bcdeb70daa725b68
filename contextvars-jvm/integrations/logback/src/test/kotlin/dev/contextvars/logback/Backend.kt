// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback

import ch.qos.logback.classic.Level
import ch.qos.logback.classic.Logger
import ch.qos.logback.classic.LoggerContext
import ch.qos.logback.classic.encoder.PatternLayoutEncoder
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.Appender
import ch.qos.logback.core.UnsynchronizedAppenderBase
import ch.qos.logback.core.encoder.Encoder
import dev.contextvars.Context
import dev.contextvars.ContextVar
import org.slf4j.LoggerFactory
import org.slf4j.MDC
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger

internal val tenant = ContextVar<String?>("tenant", "the default")
internal val user = ContextVar<String>("user")

/** The LoggerContext that Logback configured at start, with our Configurator on the class path. */
internal val defaultContext = LoggerFactory.getILoggerFactory() as LoggerContext

/** Returns a LoggerContext as an application creates it, with SLF4J's own MDC. */
internal fun newContext(): LoggerContext = LoggerContext().apply { mdcAdapter = MDC.getMDCAdapter() }

/** An appender that keeps the bytes of the encoder as text; it encodes on the thread that appends. */
internal class Lines(context: LoggerContext, private val encoder: Encoder<ILoggingEvent>) :
    UnsynchronizedAppenderBase<ILoggingEvent>() {
    private val written = ConcurrentLinkedQueue<String>()

    val texts: List<String> get() = written.toList()

    init {
        setContext(context)
        encoder.context = context
        encoder.start()
        start()
    }

    override fun append(event: ILoggingEvent) {
        written += encoder.encode(event).decodeToString()
    }
}

internal fun lines(pattern: String, context: LoggerContext = defaultContext): Lines =
    Lines(context, PatternLayoutEncoder().also { it.pattern = pattern })

private val loggers = AtomicInteger()

/** Returns a new logger that writes to this appender alone. */
internal fun Appender<ILoggingEvent>.logger(): Logger =
    (context as LoggerContext).getLogger("test.${loggers.incrementAndGet()}").also {
        it.isAdditive = false
        it.level = Level.TRACE
        it.addAppender(this)
    }

/** Runs the block where tenant is acme. */
internal fun <R> inAcme(block: () -> R): R = Context().run {
    tenant.set("acme")
    block()
}
