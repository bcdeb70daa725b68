// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import com.fasterxml.jackson.databind.json.JsonMapper
import dev.contextvars.benchmarks.ktor.KtorLoad
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.shouldBeGreaterThan

class KtorSpec : FunSpec({
    // The client checks each answer: a contender that loses a value, or mixes two up, fails here.
    test("each service answers the load, and all four measures are written") {
        val file = tempfile()
        KtorLoad.main(arrayOf(file.path, "200"))
        val rows = JsonMapper().readTree(file).toList()
        rows.map { it["benchmark"].asText() to it["params"]["measure"].asText() } shouldContainExactly
            listOf("none", "contextvars", "mdc").flatMap { contender ->
                listOf("requestsPerSecond", "p50", "p99", "cpuPerRequest")
                    .map { "dev.contextvars.benchmarks.ktor.KtorLoad.$contender" to it }
            }
        rows.forEach { it["primaryMetric"]["score"].asDouble() shouldBeGreaterThan 0.0 }
    }
})
