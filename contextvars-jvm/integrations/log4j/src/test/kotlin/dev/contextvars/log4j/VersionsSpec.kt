// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.log4j

import dev.contextvars.ContextVar
import dev.contextvars.logging.LogFields
import dev.contextvars.logging.testing.ChildProcess
import dev.contextvars.logging.testing.Hops
import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch

private const val ALL_ASYNC = "-Dlog4j2.contextSelector=org.apache.logging.log4j.core.async.AsyncLoggerContextSelector"
private const val GARBAGE_FREE = "-Dlog4j2.garbagefree.threadContextMap=true"

/** Applications in processes of their own: other versions and modes of Log4j. */
class VersionsSpec : FunSpec({
    val module = Snippets.root.resolve("contextvars-jvm/integrations/log4j")
    val versions = module.resolve("target/versions")
    val ours = listOf(
        ContextVarsDataProvider::class.java,
        LogFields::class.java,
        ContextVar::class.java,
        Log4jChild::class.java,
    ).map(ChildProcess::pathOf)
    val configuration = "-Dlog4j2.configurationFile=${module.resolve("src/test/resources/log4j2-test.xml")}"
    val expected = listOf(
        "ERROR [{tenant=acme}] child: inside",
        "ERROR [{route=/orders, tenant=acme}] child: beside",
        "ERROR [{route=/orders, tenant=of the ThreadContext, user=alice}] child: below",
        "ERROR [{tenant=acme, user=alice}] child: inside",
        "ERROR [{}] child: outside",
    )

    listOf("2.13.3", "2.17.2", "2.23.1", "2.24.3").forEach { version ->
        test("Log4j $version shows the variables, and prints nothing else") {
            ChildProcess(
                Log4jChild::class.java,
                listOf("api", "core").map { versions.resolve("log4j-$it-$version.jar") } + ours,
                listOf(configuration),
            ).lines() shouldContainExactly expected
        }
    }

    mapOf(
        "asynchronous loggers" to listOf(ALL_ASYNC),
        "the garbage-free ThreadContext" to listOf(GARBAGE_FREE),
        "the garbage-free ThreadContext and asynchronous loggers" to listOf(GARBAGE_FREE, ALL_ASYNC),
    ).forEach { (mode, options) ->
        test("Log4j with $mode shows the variables") {
            ChildProcess(Log4jChild::class.java, ChildProcess.own, options + configuration).lines() shouldContainExactly
                expected
        }
    }

    test("${Hops.LINES} lines of hopping coroutines each show their own values with asynchronous loggers") {
        val silent = "-Dlog4j2.configurationFile=${module.resolve("src/test/resources/silent.xml")}"
        val large = "-Dlog4j2.asyncLoggerRingBufferSize=32768" // a full one may lose lines, without this library too
        val report = ChildProcess(HopsChild::class.java, ChildProcess.own, listOf(ALL_ASYNC, large, silent)).lines()
        report.first() shouldMatch Regex("AsyncLoggerContext, seed -?\\d+: ${Hops.LINES} lines, 0 wrong")
    }

    test("without the service file nothing shows") {
        val lines = ChildProcess.withoutServices(ours.first()) { stripped ->
            ChildProcess(
                Log4jChild::class.java,
                listOf(
                    stripped,
                ) + ours.drop(1) + listOf("api", "core").map { versions.resolve("log4j-$it-2.24.3.jar") },
                listOf(configuration),
            ).lines()
        }
        lines.first() shouldBe "ERROR [{}] child: inside"
    }
})
