// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import dev.contextvars.benchmarks.memory.Footprint
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe

class FootprintSpec : FunSpec({
    // {"benchmark": "…", "params": {…}, "primaryMetric": {"score": 56.00, …}, …}
    val row = Regex("""\{"benchmark": "(.+)", "params": \{(.*)},\s+"primaryMetric": \{"score": ([0-9.]+), """)
    val weights =
        row.findAll(Footprint.measure(1).toString()).associate {
            val (benchmark, params, score) = it.destructured
            "${benchmark.removePrefix("dev.contextvars.benchmarks.memory.")} $params" to score.toDouble()
        }

    test("a map of one entry is a node of 32 bytes and an array of 24") {
        weights["""Footprint.contextvars "hashes": "random", "n": "1""""] shouldBe 56.0
    }

    test("a copy of a context is one object of 32 bytes") {
        weights["""ContextCopy.contextvars "n": "10""""] shouldBe 32.0
    }

    test("every library is weighed") {
        val contenders = weights.keys.map { it.substringBefore(' ') }
        listOf("contextvars", "kotlinx", "clojure", "scala", "vavr", "bifurcan").forEach {
            contenders shouldContain "Footprint.$it"
        }
    }
})
