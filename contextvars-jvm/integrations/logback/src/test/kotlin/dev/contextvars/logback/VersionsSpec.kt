// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback

import dev.contextvars.ContextVar
import dev.contextvars.logging.LogFields
import dev.contextvars.logging.testing.ChildProcess
import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

private const val TOO_OLD =
    "contextvars-logback needs Logback 1.5.17 or later: context variables do not show in events"

/** Applications in processes of their own: other versions of Logback, and Spring Boot. */
class VersionsSpec : FunSpec({
    val module = Snippets.root.resolve("contextvars-jvm/integrations/logback")
    val versions = module.resolve("target/versions")
    val ours = listOf(
        ContextVarsLogback::class.java,
        LogFields::class.java,
        ContextVar::class.java,
        LogbackChild::class.java,
        org.slf4j.Logger::class.java,
    ).map(ChildProcess::pathOf)
    val configuration = "-Dlogback.configurationFile=${module.resolve("src/test/resources/logback-test.xml")}"

    fun linesOf(version: String): List<String> = ChildProcess(
        LogbackChild::class.java,
        ours + listOf("classic", "core").map { versions.resolve("logback-$it-$version.jar") },
        listOf(configuration),
    ).lines()

    fun line(mdc: String, message: String) = "ERROR [$mdc] child: $message"

    listOf("1.5.17", "1.5.18", "1.5.19", "1.5.20", "1.6.6").forEach { version ->
        test("Logback $version shows the variables, and prints nothing else") {
            linesOf(version) shouldContainExactly listOf(
                line("tenant=acme", "inside"),
                line("tenant=of the MDC", "with an MDC"),
                line("", "outside"),
            )
        }
    }

    listOf("1.3.0", "1.3.16", "1.4.7", "1.4.14", "1.5.0", "1.5.16").forEach { version ->
        test("Logback $version writes every event without the variables, and prints why") {
            val lines = linesOf(version)
            lines.filter { it.startsWith("ERROR [") } shouldContainExactly listOf(
                line("", "inside"),
                line("tenant=of the MDC", "with an MDC"),
                line("", "outside"),
            )
            lines.count { "|-ERROR" in it && it.endsWith(TOO_OLD) } shouldBe 1
            lines.filter { "Exception" in it || "Error:" in it }.shouldContainExactly()
        }
    }

    test("without the service file nothing shows") {
        val lines = ChildProcess.withoutServices(ours.first()) { stripped ->
            ChildProcess(
                LogbackChild::class.java,
                listOf(stripped) + ours.drop(1) +
                    listOf("classic", "core").map { versions.resolve("logback-$it-1.5.20.jar") },
                listOf(configuration),
            ).lines()
        }
        lines.first() shouldBe line("", "inside")
    }

    test("Spring Boot that initializes Logback twice keeps the variables") {
        ChildProcess(SpringBootChild::class.java, ChildProcess.own).lines() shouldContainExactly listOf(
            line("tenant=acme", "first"),
            line("tenant=acme", "first after setLogLevel"),
            line("tenant=acme", "second"),
            line("tenant=acme", "second after setLogLevel"),
            "installed: true",
        )
    }
})
