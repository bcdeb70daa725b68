// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.both

import dev.contextvars.samples.precision.Caller
import org.apache.logging.log4j.LogManager
import org.apache.logging.log4j.core.LogEvent
import org.apache.logging.log4j.core.Logger
import org.apache.logging.log4j.core.appender.AbstractAppender
import org.apache.logging.log4j.core.config.Property
import java.util.concurrent.ConcurrentLinkedQueue

/** Captures the log lines of the Java service, each with the tenant and the request id of its event. */
internal class JavaLog :
    AbstractAppender("test", null, null, true, Property.EMPTY_ARRAY),
    AutoCloseable {
    private val root = LogManager.getRootLogger() as Logger
    private val console = root.appenders.values.toList()
    private val messages = ConcurrentLinkedQueue<String>()
    val lines: List<String> get() = messages.toList()

    init {
        start()
        console.forEach(root::removeAppender)
        root.addAppender(this)
    }

    override fun append(event: LogEvent) {
        val (tenant, requestId) = listOf("tenant", "requestId").map { event.contextData.getValue<String>(it) ?: "-" }
        messages += "[$tenant $requestId] ${event.message.formattedMessage}"
    }

    override fun close() {
        root.removeAppender(this)
        console.forEach(root::addAppender)
        stop()
    }

    private companion object {
        init {
            Caller.logged()
        }
    }
}
