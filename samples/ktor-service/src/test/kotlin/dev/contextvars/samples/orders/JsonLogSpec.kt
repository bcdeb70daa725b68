// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import ch.qos.logback.classic.Logger
import ch.qos.logback.classic.LoggerContext
import ch.qos.logback.classic.joran.JoranConfigurator
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.ConsoleAppender
import ch.qos.logback.core.UnsynchronizedAppenderBase
import dev.contextvars.Context
import dev.contextvars.logback.ContextVarsLogback
import dev.contextvars.logging.LogFields
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.slf4j.MDC

class JsonLogSpec : FunSpec({
    test("a line is JSON with tenant, request id and user if log.format is json") {
        Service.Companion // registers the variables
        val context = LoggerContext().apply { mdcAdapter = MDC.getMDCAdapter() }
        ContextVarsLogback.install(context)
        context.putProperty("log.format", "json")
        JoranConfigurator().apply {
            setContext(context)
            doConfigure(checkNotNull(LogFields::class.java.getResource("/logback.xml")))
        }
        val root = context.getLogger(Logger.ROOT_LOGGER_NAME)
        val console = root.getAppender("json") as ConsoleAppender<ILoggingEvent>
        val written = mutableListOf<String>()
        root.detachAppender(console)
        root.addAppender(
            object : UnsynchronizedAppenderBase<ILoggingEvent>() {
                override fun append(event: ILoggingEvent) {
                    written += console.encoder.encode(event).decodeToString()
                }
            }.also { it.start() },
        )
        Context().with(tenant, "acme").with(requestId, "r-1").with(user, "alice").execute {
            context.getLogger("orders").info("order placed")
        }
        val line = json.readTree(written.single())
        line["message"].textValue() shouldBe "order placed"
        json.treeToValue(line["mdc"], Map::class.java) shouldBe
            mapOf("tenant" to "acme", "requestId" to "r-1", "user" to "alice")
    }
})
