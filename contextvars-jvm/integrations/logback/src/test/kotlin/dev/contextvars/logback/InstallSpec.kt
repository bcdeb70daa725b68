// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback

import ch.qos.logback.classic.LoggerContext
import ch.qos.logback.classic.joran.JoranConfigurator
import ch.qos.logback.classic.spi.Configurator
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus
import ch.qos.logback.classic.spi.ConfiguratorRank
import ch.qos.logback.classic.util.ContextInitializer
import ch.qos.logback.classic.util.LogbackMDCAdapter
import ch.qos.logback.core.spi.ContextAwareBase
import ch.qos.logback.core.status.ErrorStatus
import ch.qos.logback.core.status.Status
import dev.contextvars.logging.LogFields
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import org.slf4j.MDC
import org.slf4j.helpers.BasicMDCAdapter
import java.io.ByteArrayInputStream
import java.lang.reflect.InvocationTargetException
import java.net.URL
import java.util.Collections
import java.util.Enumeration
import kotlin.io.path.createTempFile
import kotlin.io.path.writeText

private const val SERVICE = "META-INF/services/ch.qos.logback.classic.spi.Configurator"

class InstallSpec : FunSpec({
    val registration = LogFields.add(tenant)
    afterSpec { registration.close() }

    fun shown(context: LoggerContext): String {
        val lines = lines("%X{tenant:-none}", context)
        val log = lines.logger()
        inAcme { log.info("message") }
        log.detachAppender(lines)
        return lines.texts.single()
    }

    fun problems(context: LoggerContext): List<Status> =
        context.statusManager.copyOfStatusList.filter { it.effectiveLevel >= Status.WARN }

    test("Logback's own LoggerContext shows the variables without a call") {
        ContextVarsLogback.isInstalled(defaultContext) shouldBe true
        shown(defaultContext) shouldBe "acme"
    }

    test("there is no WARN or ERROR status at start, so Logback prints none") {
        problems(defaultContext).shouldBeEmpty()
        defaultContext.statusManager.copyOfStatusList.count { "contextvars-logback" in it.message } shouldBe 1
    }

    test("install shows the variables in a LoggerContext of the application, and is idempotent") {
        val context = newContext()
        shown(context) shouldBe "none"
        ContextVarsLogback.isInstalled(context) shouldBe false
        ContextVarsLogback.install(context) shouldBe true
        val adapter = context.mdcAdapter
        ContextVarsLogback.install(context) shouldBe true
        context.mdcAdapter shouldBeSameInstanceAs adapter
        ContextVarsLogback.isInstalled(context) shouldBe true
        shown(context) shouldBe "acme"
        problems(context).shouldBeEmpty()
    }

    test("install returns false for a LoggerContext without an MDC adapter") {
        val context = LoggerContext()
        ContextVarsLogback.install(context) shouldBe false
        context.mdcAdapter shouldBe null
    }

    test("install and isInstalled name a null context") {
        listOf("install", "isInstalled").forEach { method ->
            shouldThrow<NullPointerException> {
                try {
                    ContextVarsLogback::class.java.getMethod(method, LoggerContext::class.java).invoke(null, null)
                } catch (e: InvocationTargetException) {
                    throw e.targetException
                }
            }.message shouldBe "context"
        }
    }

    test("an adapter that is not Logback's keeps the MDC") {
        val mdc = BasicMDCAdapter()
        val context = LoggerContext().apply { mdcAdapter = mdc }
        ContextVarsLogback.install(context) shouldBe true
        mdc.put("route", "/orders")
        val lines = lines("%X", context)
        inAcme { lines.logger().info("message") }
        lines.texts shouldContainExactly listOf("route=/orders, tenant=acme")
    }

    test("the installed adapter passes every call on") {
        val mdc = LogbackMDCAdapter()
        val context = LoggerContext().apply { mdcAdapter = mdc }
        ContextVarsLogback.install(context)
        val adapter = context.mdcAdapter as LogbackMDCAdapter
        inAcme {
            adapter.keys shouldBe null
            adapter.put("a", "1")
            adapter.put("b", "2")
            adapter.remove("b")
            mdc.copyOfContextMap shouldBe mapOf("a" to "1")
            adapter.get("a") shouldBe "1"
            adapter.get("tenant") shouldBe null
            adapter.copyOfContextMap shouldBe mapOf("a" to "1")
            adapter.keys shouldBe setOf("a")
            adapter.setContextMap(mapOf("c" to "3"))
            mdc.copyOfContextMap shouldBe mapOf("c" to "3")
            adapter.pushByKey("stack", "x")
            adapter.getCopyOfDequeByKey("stack").toList() shouldBe mdc.getCopyOfDequeByKey("stack").toList()
            adapter.popByKey("stack") shouldBe "x"
            adapter.pushByKey("stack", "y")
            adapter.clearDequeByKey("stack")
            mdc.getCopyOfDequeByKey("stack").toList().shouldBeEmpty()
            adapter.clear()
            mdc.copyOfContextMap.orEmpty() shouldBe emptyMap()
        }
    }

    test("reset and a new configuration by Joran keep the variables") {
        val context = newContext().also(ContextVarsLogback::install)
        context.reset()
        shown(context) shouldBe "acme"
        JoranConfigurator().apply {
            this.context = context
            doConfigure(ByteArrayInputStream("<configuration><root level='warn'/></configuration>".toByteArray()))
        }
        shown(context) shouldBe "acme"
    }

    test("a Configurator after ours that ends the configuration changes nothing") {
        val context = started(ContextVarsConfigurator::class.java, LastConfigurator::class.java)
        shown(context) shouldBe "acme"
    }

    test("a Configurator before ours that ends the configuration hides the variables until install") {
        val context = started(LastConfigurator::class.java, ContextVarsConfigurator::class.java)
        shown(context) shouldBe "none"
        ContextVarsLogback.isInstalled(context) shouldBe false
        ContextVarsLogback.install(context) shouldBe true
        shown(context) shouldBe "acme"
    }

    test("a later setMDCAdapter hides the variables, with a WARN status, until install") {
        val context = newContext().also(ContextVarsLogback::install)
        context.mdcAdapter = MDC.getMDCAdapter()
        shown(context) shouldBe "none"
        problems(context).map { it.message } shouldContainExactly listOf("mdcAdapter being reset a second time")
        ContextVarsLogback.isInstalled(context) shouldBe false
        ContextVarsLogback.install(context) shouldBe true
        shown(context) shouldBe "acme"
    }

    test("without the service file nothing shows") {
        val context = started()
        shown(context) shouldBe "none"
        ContextVarsLogback.isInstalled(context) shouldBe false
    }

    test("the Configurator adds one ERROR status if there is no adapter yet, as in an old Logback") {
        val context = LoggerContext()
        ContextVarsConfigurator().configure(context) shouldBe ExecutionStatus.INVOKE_NEXT_IF_ANY
        context.statusManager.copyOfStatusList.map { it.javaClass to it.message } shouldContainExactly
            listOf(
                ErrorStatus::class.java to
                    "contextvars-logback needs Logback 1.5.17 or later: context variables do not show in events",
            )
    }
})

/** A Configurator of the application, with the same rank as ours. */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
class LastConfigurator :
    ContextAwareBase(),
    Configurator {
    override fun configure(context: LoggerContext): ExecutionStatus = ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY
}

/** Starts a LoggerContext as Logback does, with these Configurators on the class path, in this order. */
private fun started(vararg configurators: Class<out Configurator>): LoggerContext {
    val services = configurators.map { type ->
        createTempFile("services").also { it.writeText(type.name + "\n") }.toUri().toURL()
    }
    val classPath = object : ClassLoader(LogFields::class.java.classLoader) {
        override fun getResources(name: String): Enumeration<URL> =
            if (name == SERVICE) Collections.enumeration(services) else super.getResources(name)
    }
    return newContext().also { ContextInitializer(it).autoConfig(classPath) }
}
