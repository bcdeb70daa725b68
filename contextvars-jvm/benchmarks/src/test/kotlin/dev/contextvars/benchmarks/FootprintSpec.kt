// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import dev.contextvars.benchmarks.memory.Footprint
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe

class FootprintSpec : FunSpec({
    test("a map of one entry has 56 bytes, and a copy of a context 32") {
        val rows = Footprint.measure(1)
        rows.forEach { it.score shouldBeGreaterThan 5.0 }
        val bytes = rows.associate { listOf(it.benchmark, it.params["impl"], it.params["n"]) to it.score }
        bytes[listOf("memory.Footprint.bytes", "contextvars", 1)] shouldBe 56.0
        bytes[listOf("memory.BoundVariable.bytes", "contextvars", 1)] shouldBe 56.0
        bytes[listOf("memory.ContextCopy.bytes", "contextvars", 10)] shouldBe 32.0
    }
})
