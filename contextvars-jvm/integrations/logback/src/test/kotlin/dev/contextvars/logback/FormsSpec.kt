// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback

import ch.qos.logback.classic.Level
import ch.qos.logback.classic.encoder.JsonEncoder
import ch.qos.logback.classic.sift.MDCBasedDiscriminator
import ch.qos.logback.classic.sift.SiftingAppender
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.classic.turbo.DynamicThresholdFilter
import ch.qos.logback.classic.turbo.MDCFilter
import ch.qos.logback.classic.turbo.MDCValueLevelPair
import ch.qos.logback.core.boolex.EventEvaluatorBase
import ch.qos.logback.core.encoder.Encoder
import ch.qos.logback.core.filter.EvaluatorFilter
import ch.qos.logback.core.spi.FilterReply
import co.elastic.logging.logback.EcsEncoder
import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import dev.contextvars.Context
import dev.contextvars.logging.LogFields
import io.github.oshai.kotlinlogging.KotlinLogging
import io.github.oshai.kotlinlogging.withLoggingContext
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import net.logstash.logback.encoder.LogstashEncoder
import org.slf4j.MDC

/** What shows the variables, and what does not: the table of docs/logging.md. */
class FormsSpec : FunSpec({
    val registrations = listOf(LogFields.add(tenant), LogFields.add(user))
    afterSpec { registrations.forEach { it.close() } }

    fun lineOf(pattern: String, block: (org.slf4j.Logger) -> Unit): String =
        lines(pattern).also { block(it.logger()) }.texts.single()

    fun lineOf(encoder: Encoder<ILoggingEvent>): JsonNode {
        val lines = Lines(defaultContext, encoder)
        inAcme { lines.logger().info("message") }
        return ObjectMapper().readTree(lines.texts.single())
    }

    listOf(
        "%X{tenant}" to "acme",
        "%mdc{tenant}" to "acme",
        "%X{tenant:-none}" to "acme",
        "%X" to "tenant=acme, user=alice",
        "%mdc" to "tenant=acme, user=alice",
    ).forEach { (pattern, text) ->
        test("$pattern shows the variables") {
            lineOf(pattern) { log ->
                inAcme {
                    user.set("alice")
                    log.info("message")
                }
            } shouldBe text
        }
    }

    test("a variable that is not bound leaves its key out") {
        lineOf("%X{tenant:-none} %X") { Context().execute { it.info("message") } } shouldBe "none "
    }

    test("the MDC's value of a key shows, and the variable's again when the MDC's is removed") {
        val lines = lines("%X{tenant}")
        val log = lines.logger()
        inAcme {
            MDC.putCloseable("tenant", "of the MDC").use { log.info("message") }
            log.info("message")
        }
        lines.texts shouldContainExactly listOf("of the MDC", "acme")
    }

    test("other entries of the MDC show beside the variables") {
        lineOf("%X") { log -> inAcme { MDC.putCloseable("route", "/orders").use { log.info("message") } } } shouldBe
            "route=/orders, tenant=acme"
    }

    test("a value with a line break shows as it is, and %replace removes the break") {
        val forged = "acme\nERROR forged"

        fun line(pattern: String) = lineOf(pattern) { log ->
            Context().execute {
                tenant.set(forged)
                log.info("message")
            }
        }
        line("%X{tenant}") shouldBe forged
        line("%replace(%X{tenant}){'[\\r\\n]+', ' '}") shouldBe "acme ERROR forged"
    }

    test("Logback's JsonEncoder shows the variables in its mdc object") {
        lineOf(JsonEncoder())["mdc"]["tenant"].textValue() shouldBe "acme"
    }

    test("the Logstash encoder shows the variables as fields") {
        lineOf(LogstashEncoder())["tenant"].textValue() shouldBe "acme"
    }

    test("the ECS encoder shows the variables as fields") {
        lineOf(EcsEncoder())["tenant"].textValue() shouldBe "acme"
    }

    test("SLF4J's key-values show beside the variables") {
        lineOf("%kvp{NONE} [%X]") { inAcme { it.atInfo().addKeyValue("size", 1).log("message") } } shouldBe
            "size=1 [tenant=acme]"
    }

    test("kotlin-logging shows the variables, and its own context map") {
        lineOf("%X %msg") { log ->
            inAcme { withLoggingContext("size" to "1") { KotlinLogging.logger(log.name).info { "message" } } }
        } shouldBe "size=1, tenant=acme message"
    }

    test("a SiftingAppender sifts by a variable") {
        val sifted = mutableMapOf<String, Lines>()
        val sifting = SiftingAppender().apply {
            context = defaultContext
            discriminator = MDCBasedDiscriminator().apply {
                key = "tenant"
                defaultValue = "none"
                start()
            }
            setAppenderFactory { _, value -> lines("%msg").also { sifted[value] = it } }
            start()
        }
        val log = sifting.logger()
        inAcme { log.info("inside") }
        log.info("outside")
        sifted.mapValues { it.value.texts } shouldBe mapOf("acme" to listOf("inside"), "none" to listOf("outside"))
    }

    test("an EvaluatorFilter that reads the event's MDC sees the variables") {
        val lines = lines("%msg")
        lines.addFilter(
            EvaluatorFilter<ILoggingEvent>().apply {
                evaluator = object : EventEvaluatorBase<ILoggingEvent>() {
                    override fun evaluate(event: ILoggingEvent) = event.mdcPropertyMap["tenant"] == "acme"
                }
                evaluator.start()
                onMatch = FilterReply.ACCEPT
                onMismatch = FilterReply.DENY
                start()
            },
        )
        val log = lines.logger()
        log.info("outside")
        inAcme { log.info("inside") }
        lines.texts shouldContainExactly listOf("inside")
    }

    test("turbo filters that ask the MDC before there is an event do not see the variables") {
        val byValue = MDCFilter().apply {
            setMDCKey("tenant")
            setValue("acme")
            setOnMatch("DENY")
        }
        val byLevel = DynamicThresholdFilter().apply {
            key = "tenant"
            defaultThreshold = Level.TRACE
            addMDCValueLevelPair(
                MDCValueLevelPair().apply {
                    value = "acme"
                    level = Level.OFF
                },
            )
        }
        listOf(byValue, byLevel).forEach { filter ->
            val context = newContext().also(ContextVarsLogback::install)
            filter.context = context
            filter.start()
            context.addTurboFilter(filter)
            val lines = lines("%X{tenant}", context)
            val log = lines.logger()
            inAcme {
                log.info("not filtered")
                MDC.putCloseable("tenant", "acme").use { log.info("filtered") }
            }
            lines.texts shouldContainExactly listOf("acme")
        }
    }

    test("MDC.get and MDC.getCopyOfContextMap do not show the variables") {
        inAcme {
            MDC.get("tenant") shouldBe null
            MDC
                .getCopyOfContextMap()
                .orEmpty()
                .keys
                .shouldBeEmpty()
        }
    }
})
