// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.doubles.shouldBeNaN
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlin.io.path.readText
import kotlin.io.path.writeText

class ReportResultsSpec : FunSpec({
    fun median(metric: String) = Measurement.median(Json.MAPPER.readTree(metric))

    test("a metric's median is the one that JMH computed") {
        median("""{"score": 9.0, "scorePercentiles": {"50.0": 3.0}, "rawData": [[1, 2]]}""") shouldBe 3.0
    }

    test("a metric without one has the median of the iterations of all forks") {
        median("""{"score": 9.0, "rawData": [[5, 1], [2, 100]]}""") shouldBe 3.5
        median("""{"score": 9.0, "rawData": [[5, 1, 100]]}""") shouldBe 5.0
    }

    test("a metric without iterations has its score, and no metric has nothing") {
        median("""{"score": 9.0}""") shouldBe 9.0
        median("{}").shouldBeNaN()
    }

    test("a time is the CPU time, a size is the score") {
        val results = Sample()
            .time("read.ReadRepeated.grpc", 10, 3.0, 16.0)
            .memory("memory.Footprint.grpc", "n" to 10, 56.0)
            .results()
        results.value(17, "read.ReadRepeated", "grpc", mapOf("n" to "10")) shouldBe 3.0
        results.bytes(17, "read.ReadRepeated", "grpc", mapOf("n" to "10")) shouldBe 16.0
        results.value(17, "memory.Footprint", "grpc", mapOf("n" to "10")) shouldBe 56.0
        results.value(25, "memory.Footprint", "grpc", mapOf("n" to "10")).shouldBeNaN()
    }

    test("what was run with other numbers of threads is one work of several sizes") {
        val works = Sample()
            .time("scale.ScaleThroughput.contextvars", null, 30.0)
            .time("scale.ScaleThroughput.contextvars", null, 31.0, threads = 2)
            .results()
            .works("scale")
        works.keys shouldHaveSize 1
        works.keys.single().axis() shouldBe "threads"
    }

    test("collecting keeps a line to a row, and what the report reads of it") {
        val folder = tempdir().toPath()
        val raw = folder.resolve("raw.json")
        val small = folder.resolve("read-jdk17.json")
        val sample = Sample().time("read.ReadRepeated.grpc", 1, 3.0, 16.0).time("read.ReadRepeated.grpc", 10, 4.0)
        raw.writeText(sample.json())

        Collect.main(arrayOf("$small", "$raw", "commit=abc", "cpu=a processor, 2 cores"))

        small.readText().trim().lines() shouldHaveSize 4
        small.readText() shouldNotContain "rawData"
        Results.read(folder) shouldBe sample.results()
        Machine.table(folder) shouldContain "| read | abc |"
    }
})
