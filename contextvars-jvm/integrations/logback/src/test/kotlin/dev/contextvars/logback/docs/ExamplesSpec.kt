// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback.docs

import dev.contextvars.logging.testing.ChildProcess
import dev.contextvars.testing.Snippets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe

private const val MODULE = "contextvars-jvm/integrations/logback/src/test"

/** Each example is an application, and so a process of its own. */
class ExamplesSpec : FunSpec({
    listOf(
        "java/dev/contextvars/logback/docs/RequestId.java" to "RequestId",
        "kotlin/dev/contextvars/logback/docs/RequestIdExample.kt" to "RequestIdExampleKt",
    ).forEach { (source, main) ->
        test("the example in $source prints the output in its comments") {
            val configuration = Snippets.root.resolve("$MODULE/resources/request-id.xml")
            val output = ChildProcess(
                Class.forName("dev.contextvars.logback.docs.$main"),
                ChildProcess.own,
                listOf("-Dlogback.configurationFile=$configuration"),
            ).lines()
            output shouldBe Snippets
                .of("$MODULE/$source")
                .single()
                .prints
                .shouldNotBeEmpty()
        }
    }
})
