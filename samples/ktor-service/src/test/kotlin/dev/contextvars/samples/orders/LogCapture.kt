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
 * Replaces the console appender, and keeps the lines. The encoder of `logback.xml` creates them on the logging thread,
 * as it does for the console.
 */
internal class LogCapture : UnsynchronizedAppenderBase<ILoggingEvent>() {
    private val root = LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) as Logger
    private val captured = ConcurrentLinkedQueue<LogLine>()

    /** The lines captured so far. */
    val lines: List<LogLine> get() = captured.toList()

    /**
     * Waits for the last line of a call, and returns the lines of the call. The last line may be written after the
     * client has received the response.
     */
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

/** A message and its text on the console. The first line of the text is parsed. */
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
