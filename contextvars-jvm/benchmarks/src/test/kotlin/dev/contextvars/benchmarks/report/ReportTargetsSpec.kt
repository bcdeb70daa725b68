// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

class ReportTargetsSpec : FunSpec({
    fun Sample.reads(n: Int, ours: Double, holder: Double) =
        time("read.ReadRepeated.contextvars", n, ours).time("read.ReadRepeated.holder", n, holder)

    fun rows(results: Results) = Target
        .table(Targets.all(), results)
        .trim()
        .lines()
        .drop(2)

    test("a ratio is judged at its worst size") {
        val results = Sample()
            .reads(1, 2.0, 2.0)
            .reads(10, 3.0, 2.0)
            .reads(32, 2.5, 2.0)
            .reads(100, 2.0, 2.0)
            .reads(1000, 2.0, 2.0)
            .results()
        rows(results).first() shouldBe
            "| get, repeated | to the holder's field | 1.50 × | ≤ 1.75 × | n = 10 | met |"
    }

    test("a ratio beyond its limit at one size is missed") {
        val results = Sample().reads(1, 2.0, 2.0).reads(10, 4.0, 2.0).results()
        rows(results).first() shouldBe "| get, repeated | to the holder's field | 2.00 × | ≤ 1.75 × " +
            "| n = 10; not measured: n = 32, n = 100, n = 1,000 | **missed** |"
    }

    test("without results no target is met or missed") {
        val rows = rows(Sample().results())
        rows.filterNot { "not measured" in it } shouldHaveSize 0
    }

    test("the best peer is the fastest of those that were measured") {
        val results = Sample()
            .time("hamt.Get.contextvars", 10, 4.0)
            .time(
                "hamt.Get.scala",
                10,
                8.0,
            ).time("hamt.Get.kotlinx", 10, 5.0)
            .time("hamt.Get.javaUtil", 10, 1.0)
            .results()
        rows(results) shouldContain "| HAMT | get, to the best | 0.80 × | ≤ 1.00 × | n = 10 | met |"
    }

    test("bytes are held to the limit of their size") {
        val results = Sample()
            .time("write.SetReset.contextvars", 1, 9.0, 88.002)
            .time("write.SetReset.contextvars", 4, 9.0, 112.0)
            .time("write.SetReset.contextvars", 10, 9.0, 160.0)
            .time("write.SetReset.contextvars", 30, 9.0, 328.0)
            .results()
        rows(results) shouldContain "|  | both | 328 B | ≤ 320 B | n = 30 | **missed** |"
    }

    test("what is to be at least so much is missed below it") {
        val python = Sample().time("run.RunNoop.cpython", 10, 31.0)
        val slow = python.time("run.RunNoop.contextvars", 10, 4.0).results()
        rows(slow) shouldContain "| CPython: run | faster | 7.75 × | ≥ 8.00 × | n = 10 | **missed** |"
        val fast = Sample()
            .time("run.RunNoop.cpython", 10, 31.0)
            .time("run.RunNoop.contextvars", 10, 3.1)
            .results()
        rows(fast) shouldContain "| CPython: run | faster | 10.0 × | ≥ 8.00 × | n = 10 | met |"
    }

    test("the cost of an element is what is beyond the bare dispatch") {
        val results = Sample()
            .time("coroutines.Yield.none", null, 10.0)
            .time("coroutines.Yield.contextvars", null, 20.0, 0.3)
            .time("coroutines.Yield.threadLocal1", null, 30.0)
            .results()
        rows(results).first { "to one ThreadLocal's" in it } shouldContain "| 0.50 × | ≤ 1.00 × |"
    }

    test("ScopedValue is met on its own JDK") {
        val results = Sample(25)
            .time("run.RunNoop.contextvars", 10, 3.0)
            .time("run.RunNoop.scopedValue", 10, 6.0)
            .results()
        rows(results).first { "ScopedValue" in it } shouldContain "| 0.50 × | ≤ 1.00 × | n = 10 | met |"
    }

    test("a million coroutines are measured beyond those without an element") {
        val results = Sample()
            .memory("million.Million.none", "coroutines" to 1_000_000, 400.0)
            .memory("million.Million.contextvars", "coroutines" to 1_000_000, 484.0)
            .results()
        rows(results).first { "a million" in it } shouldContain "| 84 B | ≤ 100 B | 1,000,000 | met |"
    }

    test("an entry of a map is held to the limit of its size") {
        val results = Sample()
            .memory("memory.Footprint.contextvars", "n" to 1, 56.0)
            .memory("memory.Footprint.contextvars", "n" to 10, 23.0)
            .memory("memory.Footprint.scala", "n" to 10, 46.0)
            .results()
        rows(results).first { "an entry" in it } shouldContain "| 23 B | ≤ 22 B | n = 10, random hashes | **missed** |"
        rows(results).last { "| to the best |" in it } shouldContain "| 0.50 × | ≤ 1.00 × | n = 10, random hashes; not"
    }
})
