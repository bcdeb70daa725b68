// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import com.fasterxml.jackson.databind.json.JsonMapper
import dev.contextvars.benchmarks.million.Million
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.shouldBeGreaterThan

class MillionSpec : FunSpec({
    test("each population is measured, in a JVM of its own") {
        val file = tempfile()
        Million.main(arrayOf(file.path, "1000"))
        val rows = JsonMapper().readTree(file).toList()
        rows.map { it["benchmark"].asText() to it["params"]["coroutines"].asText() } shouldContainExactly
            listOf("none", "contextvars", "contextvarsSet", "threadLocal")
                .map { "dev.contextvars.benchmarks.million.Million.$it" to "1000" }
        rows.forEach {
            it["primaryMetric"]["score"].asDouble() shouldBeGreaterThan 100.0
            it["secondaryMetrics"]["cpu"]["score"].asDouble() shouldBeGreaterThan 0.0
        }
    }
})
