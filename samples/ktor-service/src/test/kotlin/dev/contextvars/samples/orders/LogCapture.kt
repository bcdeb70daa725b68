// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import ch.qos.logback.classic.Logger
import ch.qos.logback.classic.LoggerContext
import ch.qos.logback.classic.encoder.PatternLayoutEncoder
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.ConsoleAppender
import ch.qos.logback.core.UnsynchronizedAppenderBase
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.slf4j.LoggerFactory
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration.Companion.seconds

/**
 * Stands in for the console: keeps the lines that the encoder of `logback.xml` makes, on the thread that logs, as there.
 */
internal class LogCapture : UnsynchronizedAppenderBase<ILoggingEvent>() {
    private val root = LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) as Logger
    private val captured = ConcurrentLinkedQueue<LogLine>()

    /** The lines so far. */
    val lines: List<LogLine> get() = captured.toList()

    /** Returns the lines of a call when it is over: its last one is written after its client has the response. */
    suspend fun linesOf(requestId: String): List<LogLine> = withTimeout(30.seconds) {
        while (captured.none { it.requestId == requestId && it.logger == "access" }) yield()
        lines.filter { it.requestId == requestId }
    }

    override fun start() {
        super.start()
        root.addAppender(this)
        root.detachAppender(console)
    }

    override fun stop() {
        root.addAppender(console)
        root.detachAppender(this)
        super.stop()
    }

    override fun append(event: ILoggingEvent) {
        captured += LogLine(event.formattedMessage, encoder.encode(event).decodeToString())
    }

    private companion object {
        val console = (LoggerFactory.getILoggerFactory() as LoggerContext)
            .getLogger(Logger.ROOT_LOGGER_NAME)
            .getAppender("text") as ConsoleAppender<ILoggingEvent>
        val encoder = console.encoder as PatternLayoutEncoder
    }
}

/** A message, and the text that the console would show for it, of which the first line is parsed. */
internal class LogLine(val message: String, val text: String) {
    private val parts = checkNotNull(format.find(text)) { "not a line of logback.xml's pattern: $text" }.groupValues

    val tenant: String get() = parts[1]
    val requestId: String get() = parts[2]
    val user: String get() = parts[3]
    val logger: String get() = parts[4]

    override fun toString(): String = text.lineSequence().first()

    private companion object {
        val format = Regex("""^\S+ +\S+ +\[(\S+) (\S+) (\S+)] (\S+): """)
    }
}
