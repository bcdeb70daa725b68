// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.logging

import ch.qos.logback.classic.LoggerContext
import ch.qos.logback.classic.encoder.PatternLayoutEncoder
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.Appender
import ch.qos.logback.core.AppenderBase
import ch.qos.logback.core.OutputStreamAppender
import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.log4j.ContextVarsDataProvider
import dev.contextvars.logback.ContextVarsLogback
import dev.contextvars.logging.LogFields
import org.apache.logging.log4j.Level
import org.apache.logging.log4j.ThreadContext
import org.apache.logging.log4j.core.LogEvent
import org.apache.logging.log4j.core.appender.AbstractAppender
import org.apache.logging.log4j.core.config.NullConfiguration
import org.apache.logging.log4j.core.impl.Log4jLogEvent
import org.apache.logging.log4j.core.impl.ThreadContextDataInjector
import org.apache.logging.log4j.core.layout.PatternLayout
import org.slf4j.MDC
import java.io.OutputStream
import java.util.function.Supplier
import org.apache.logging.log4j.core.LoggerContext as Log4jLoggerContext
import org.apache.logging.log4j.core.appender.OutputStreamAppender as Log4jOutputStreamAppender

/** A logging framework, with this library's integration if [impl] is of this library. */
internal abstract class LogBackend(private val impl: String) {
    private val context = Context().apply { execute { shown.forEach { it.set("value of ${it.name}") } } }
    private val bound = if (impl == "contextvarsUnset") Context() else context.copy()
    private val noop = Supplier<Any> { this }

    /** Whether events show the variables. */
    protected val ours: Boolean = impl.startsWith("contextvars") && registered.isNotEmpty()

    /** The last event that was prepared. */
    protected var prepared: Any? = null

    /** Logs an event, whose line is written to the output. */
    abstract fun event()

    /** Logs an event that is prepared for another thread. */
    abstract fun prepare()
    protected abstract fun putMdc(key: String, value: String)
    protected abstract fun clearMdc()

    /** Binds on this thread what events show. */
    fun bind() {
        bound.enter()
        if (impl == "mdc") shown.forEach { putMdc(it.name, "value of ${it.name}") }
        if (impl == "contextvarsAndMdc") shown.forEach { putMdc("mdc.${it.name}", "value of ${it.name}") }
    }

    fun unbind() {
        clearMdc()
        bound.exit()
    }

    fun setReset(): Unit = shown[0].reset(shown[0].set("another"))
    fun run(): Any = context.run(noop)

    companion object {
        const val PATTERN = "%X{key0} %X{key1} %X{key2} %msg%n"

        /** The variables that events show. */
        val shown = List(3) { ContextVar<String?>("key$it", null) }
        private val registered by lazy { shown.map(LogFields::add) }

        @JvmStatic
        @JvmOverloads
        fun create(backend: String, impl: String, output: OutputStream = OutputStream.nullOutputStream()): LogBackend =
            if (backend == "logback") LogbackBackend(impl, output) else Log4jBackend(impl, output)
    }
}

/** The artifact's service file is not in the jar of the benchmarks: a LoggerContext of our own can do without it. */
internal class LogbackBackend(impl: String, output: OutputStream) : LogBackend(impl) {
    private val context = LoggerContext().apply {
        mdcAdapter = MDC.getMDCAdapter()
        if (ours) check(ContextVarsLogback.install(this))
    }
    private val encoder = PatternLayoutEncoder().also {
        it.context = context
        it.pattern = PATTERN
        it.start()
    }
    private val writing = logger(
        OutputStreamAppender<ILoggingEvent>().also {
            it.encoder = encoder
            it.outputStream = output
        },
    )
    private val preparing = logger(Preparing())

    private inner class Preparing : AppenderBase<ILoggingEvent>() {
        override fun append(event: ILoggingEvent) {
            event.prepareForDeferredProcessing()
            prepared = event
        }
    }

    private fun logger(appender: Appender<ILoggingEvent>) = context.getLogger(appender.javaClass.simpleName).also {
        appender.context = context
        appender.start()
        it.addAppender(appender)
    }

    override fun event() = writing.info("message")
    override fun prepare() = preparing.info("message")
    override fun putMdc(key: String, value: String) = MDC.put(key, value)
    override fun clearMdc() = MDC.clear()
}

/** Log4j asks these providers as it asks those of service files. */
internal class Log4jBackend(impl: String, output: OutputStream) : LogBackend(impl) {
    init {
        val providers = ThreadContextDataInjector.contextDataProviders
        if (ours && providers.isEmpty()) providers.add(ContextVarsDataProvider())
    }

    // After the provider: the first LoggerContext reads them.
    private val context = Log4jLoggerContext("benchmarks").apply {
        start(NullConfiguration())
        configuration.rootLogger.level = Level.INFO
    }
    private val layout = PatternLayout.newBuilder().setPattern(PATTERN).build()
    private val writing =
        logger(Log4jOutputStreamAppender.createAppender(layout, null, output, "writing", false, false)!!)
    private val preparing = logger(object : AbstractAppender("preparing", null, null, false, emptyArray()) {
        override fun append(event: LogEvent) {
            prepared = Log4jLogEvent.createMemento(event, false)
        }
    })

    private fun logger(appender: AbstractAppender) = context.getLogger(appender.name).also {
        appender.start()
        it.addAppender(appender)
        it.isAdditive = false
    }

    override fun event() = writing.info("message")
    override fun prepare() = preparing.info("message")
    override fun putMdc(key: String, value: String) = ThreadContext.put(key, value)
    override fun clearMdc() = ThreadContext.clearMap()
}
