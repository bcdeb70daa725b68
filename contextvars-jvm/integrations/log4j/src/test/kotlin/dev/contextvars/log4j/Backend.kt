// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.log4j

import dev.contextvars.Context
import dev.contextvars.ContextVar
import org.apache.logging.log4j.core.Layout
import org.apache.logging.log4j.core.LogEvent
import org.apache.logging.log4j.core.LoggerContext
import org.apache.logging.log4j.core.appender.AbstractAppender
import org.apache.logging.log4j.core.appender.AsyncAppender
import org.apache.logging.log4j.core.config.AppenderRef
import org.apache.logging.log4j.core.config.Configuration
import org.apache.logging.log4j.core.config.ConfigurationSource
import org.apache.logging.log4j.core.config.DefaultConfiguration
import org.apache.logging.log4j.core.config.Property
import org.apache.logging.log4j.core.config.xml.XmlConfiguration
import org.apache.logging.log4j.core.layout.PatternLayout
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger

internal val tenant = ContextVar<String?>("tenant", "the default")
internal val user = ContextVar<String>("user")

/** An appender that keeps the text of each event, and the event; the layout runs on the thread that appends. */
internal class Lines(layout: Layout<*>) : AbstractAppender("lines", null, layout, false, Property.EMPTY_ARRAY) {
    private val written = ConcurrentLinkedQueue<String>()
    private val appended = ConcurrentLinkedQueue<LogEvent>()

    /** How many there are. */
    val size = AtomicInteger()
    val texts: List<String> get() = written.toList()
    val events: List<LogEvent> get() = appended.toList()

    init {
        start()
    }

    override fun append(event: LogEvent) {
        written += layout.toByteArray(event).decodeToString()
        appended += event.toImmutable()
        size.incrementAndGet()
    }
}

internal fun pattern(text: String): PatternLayout =
    PatternLayout
        .newBuilder()
        .setConfiguration(DefaultConfiguration())
        .setPattern(text)
        .build() // resolves ${ctx:…}

/** A LoggerContext of the XML, whose root logger also writes to the lines, through an Async appender if there is one. */
internal class Backend(
    lines: Lines,
    appenders: String = "",
    filter: String = "",
    references: String = "",
    isAsync: Boolean = false,
) : AutoCloseable {
    private val context = LoggerContext("test")
    private val async: AsyncAppender?
    val log get() = context.getLogger("test")

    init {
        val xml = """
            <Configuration status="WARN">
              $filter
              <Appenders>$appenders</Appenders>
              <Loggers><Root level="info">$references</Root></Loggers>
            </Configuration>
        """
        val configuration = XmlConfiguration(context, ConfigurationSource(xml.byteInputStream()))
        context.start(configuration)
        configuration.addAppender(lines)
        async = if (isAsync) asyncAppender(configuration, lines) else null
        configuration.rootLogger.addAppender(async ?: lines, null, null)
    }

    private fun asyncAppender(configuration: Configuration, lines: Lines): AsyncAppender = AsyncAppender
        .newBuilder()
        .setName("async")
        .setConfiguration(configuration)
        .setAppenderRefs(arrayOf(AppenderRef.createAppenderRef(lines.name, null, null)))
        .build()
        .also { it.start() }

    /** Writes what is in the queue of the Async appender, and then stops the others. */
    override fun close() {
        async?.stop()
        context.close()
    }
}

/** Returns the lines that the block logs. */
internal fun linesOf(
    layout: Layout<*>,
    filter: String = "",
    block: (org.apache.logging.log4j.Logger) -> Unit,
): List<String> {
    val lines = Lines(layout)
    Backend(lines, filter = filter).use { block(it.log) }
    return lines.texts
}

/** Runs the block where tenant is acme. */
internal fun <R> inAcme(block: () -> R): R = Context().run {
    tenant.set("acme")
    block()
}
