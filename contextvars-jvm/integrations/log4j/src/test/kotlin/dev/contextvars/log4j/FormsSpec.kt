// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.log4j

import com.fasterxml.jackson.databind.ObjectMapper
import dev.contextvars.Context
import dev.contextvars.logging.LogFields
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import org.apache.logging.log4j.CloseableThreadContext
import org.apache.logging.log4j.ThreadContext
import org.apache.logging.log4j.core.config.DefaultConfiguration
import org.apache.logging.log4j.layout.template.json.JsonTemplateLayout
import org.apache.logging.slf4j.Log4jLogger
import org.apache.logging.slf4j.Log4jMarkerFactory
import kotlin.io.path.createTempDirectory
import kotlin.io.path.deleteRecursively
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readText

/** What shows the variables: the table of docs/logging.md. */
@OptIn(kotlin.io.path.ExperimentalPathApi::class)
class FormsSpec : FunSpec({
    val registrations = listOf(LogFields.add(tenant), LogFields.add(user))
    afterSpec { registrations.forEach { it.close() } }

    listOf(
        "%X{tenant}" to "acme",
        "%mdc{tenant}" to "acme",
        "\${ctx:tenant}" to "acme",
        "%X" to "{tenant=acme, user=alice}",
        "%mdc" to "{tenant=acme, user=alice}",
    ).forEach { (pattern, text) ->
        test("$pattern shows the variables") {
            linesOf(pattern(pattern)) { log ->
                inAcme {
                    user.set("alice")
                    log.info("message")
                }
            } shouldContainExactly listOf(text)
        }
    }

    test("a variable that is not bound leaves its key out") {
        linesOf(pattern("[%X{tenant}] %X")) { Context().execute { it.info("message") } } shouldContainExactly
            listOf("[] {}")
    }

    test("the ThreadContext's value of a key shows, and the variable's again when it is removed") {
        linesOf(pattern("%X")) { log ->
            inAcme {
                user.set("alice")
                CloseableThreadContext.put("tenant", "of the ThreadContext").use { log.info("message") }
                log.info("message")
            }
        } shouldContainExactly listOf("{tenant=of the ThreadContext, user=alice}", "{tenant=acme, user=alice}")
    }

    test("the provider supplies no key that the ThreadContext has, because Log4j does not define which one wins") {
        val provider = ContextVarsDataProvider()
        inAcme {
            user.set("alice")
            CloseableThreadContext.put("tenant", "of the ThreadContext").use {
                provider.supplyContextData() shouldBe mapOf("user" to "alice")
                provider.supplyStringMap().toMap() shouldBe mapOf("user" to "alice")
            }
            provider.supplyContextData() shouldBe mapOf("tenant" to "acme", "user" to "alice")
            provider.supplyStringMap().toMap() shouldBe mapOf("tenant" to "acme", "user" to "alice")
        }
        provider.supplyContextData() shouldBe emptyMap()
        provider.supplyStringMap().isEmpty shouldBe true
    }

    test("other entries of the ThreadContext show beside the variables") {
        linesOf(pattern("%X")) { log ->
            inAcme { CloseableThreadContext.put("route", "/orders").use { log.info("message") } }
        } shouldContainExactly listOf("{route=/orders, tenant=acme}")
    }

    test("SLF4J's key-values show in the same map") {
        val lines = Lines(pattern("%X"))
        Backend(lines).use { backend ->
            val log = Log4jLogger(Log4jMarkerFactory(), backend.log, "test")
            inAcme { log.atInfo().addKeyValue("size", 1).log("message") }
        }
        lines.texts shouldContainExactly listOf("{size=1, tenant=acme}")
    }

    test("the JSON template layout with the ECS template shows the variables as fields") {
        val layout = JsonTemplateLayout
            .newBuilder()
            .setConfiguration(DefaultConfiguration())
            .setEventTemplateUri("classpath:EcsLayout.json")
            .build()
        val line = linesOf(layout) { log -> inAcme { log.info("message") } }.single()
        ObjectMapper().readTree(line)["tenant"].textValue() shouldBe "acme"
    }

    test("a Routing appender routes by a variable") {
        val folder = createTempDirectory("contextvars-log4j")
        try {
            val routing = """
                <Routing name="routing">
                  <Routes pattern="${'$'}${'$'}{ctx:tenant}">
                    <Route>
                      <File name="file-${'$'}{ctx:tenant}" fileName="$folder/${'$'}{ctx:tenant}.log">
                        <PatternLayout pattern="%msg"/>
                      </File>
                    </Route>
                  </Routes>
                </Routing>
            """
            Backend(Lines(pattern("%msg")), routing, references = """<AppenderRef ref="routing"/>""").use { backend ->
                inAcme { backend.log.info("first") }
                Context().execute {
                    tenant.set("globex")
                    backend.log.info("second")
                }
            }
            folder.listDirectoryEntries().associate { it.name to it.readText() } shouldBe
                mapOf("acme.log" to "first", "globex.log" to "second")
        } finally {
            folder.deleteRecursively()
        }
    }

    listOf(
        "ThreadContextMapFilter" to """
            <ThreadContextMapFilter onMatch="DENY" onMismatch="NEUTRAL"><KeyValuePair key="tenant" value="acme"/></ThreadContextMapFilter>
        """,
        "DynamicThresholdFilter" to """
            <DynamicThresholdFilter key="tenant" defaultThreshold="TRACE" onMatch="NEUTRAL" onMismatch="DENY">
              <KeyValuePair key="acme" value="OFF"/>
            </DynamicThresholdFilter>
        """,
    ).forEach { (name, filter) ->
        test("a $name, which asks before there is an event, sees the variables") {
            linesOf(pattern("%msg"), filter) { log ->
                inAcme { log.info("inside") }
                log.info("outside")
            } shouldContainExactly listOf("outside")
        }

        test("a $name sees the ThreadContext's value before the variable's") {
            linesOf(pattern("%msg"), filter) { log ->
                inAcme { CloseableThreadContext.put("tenant", "other").use { log.info("inside") } }
            } shouldContainExactly listOf("inside")
        }
    }

    test("ThreadContext.get and getContext do not show the variables") {
        inAcme {
            ThreadContext.get("tenant") shouldBe null
            ThreadContext.getContext() shouldBe emptyMap()
        }
    }

    test("an event that a text function logs does not call the function again") {
        val lines = Lines(pattern("%X %msg"))
        Backend(lines).use { backend ->
            val logs: (String) -> String = {
                backend.log.info("text function")
                it.uppercase()
            }
            LogFields.add("loud", user, logs).use {
                inAcme {
                    user.set("alice")
                    backend.log.info("message")
                }
            }
        }
        lines.texts shouldContainExactly listOf(
            "{tenant=acme, user=alice} text function",
            "{loud=ALICE, tenant=acme, user=alice} message",
        )
    }
})
