// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import dev.contextvars.benchmarks.logging.LogBackend
import dev.contextvars.benchmarks.testing.smokeRun
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.ByteArrayOutputStream

class LoggingSpec : FunSpec({
    test("every benchmark runs with every parameter") {
        smokeRun("\\.logging\\.") shouldBe 40
    }

    listOf("logback", "log4j").forEach { backend ->
        listOf("mdc", "contextvars", "contextvarsAndMdc", "contextvarsUnset").forEach { impl ->
            test("$backend shows the values of $impl") {
                val output = ByteArrayOutputStream()
                val log = LogBackend.create(backend, impl, output)
                log.bind()
                log.event()
                log.unbind()
                val values = List(3) { if (impl == "contextvarsUnset") "" else "value of key$it" }
                "$output".trimEnd() shouldBe values.joinToString(" ") + " message"
            }
        }
    }
})
