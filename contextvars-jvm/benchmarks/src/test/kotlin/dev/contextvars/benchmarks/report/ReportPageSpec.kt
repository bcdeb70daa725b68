// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Path
import kotlin.io.path.readText

class ReportPageSpec : FunSpec({
    val page = Path.of(System.getProperty("project.root"), "docs/performance.md").readText()

    fun table(results: Results): String = results
        .works("read")
        .map { (work, measurements) -> Tables.of(work, measurements) }
        .single()

    test("a table has contenders in rows, ours first, and sizes in columns") {
        val results = Sample()
            .time("read.ReadRepeated.grpc", 100, 7.31)
            .time("read.ReadRepeated.grpc", 10, 5.1)
            .time("read.ReadRepeated.contextvars", 10, 3.14, 0.004)
            .results()
        table(results) shouldBe
            """
            || JDK 17 | n = 10 | n = 100 |
            || --- | ---: | ---: |
            || **contextvars** | 3.1 ns (wall 6.3), 0 B |  |
            || gRPC Context | 5.1 ns (wall 10.2), 0 B | 7.3 ns (wall 14.6), 0 B |
            |
            """.trimMargin()
    }

    test("a table of one size has a column to each JDK") {
        val on17 = Sample().time("read.ReadRepeated.contextvars", 10, 3.0, 24.0)
        val on25 = Sample(25).time("read.ReadRepeated.contextvars", 10, 2.0, 24.0)
        table(on17.results().and(on25.results())) shouldContain
            "| n = 10 | JDK 17 | JDK 25 |\n| --- | ---: | ---: |\n" +
            "| **contextvars** | 3.0 ns (wall 6.0), 24 B | 2.0 ns (wall 4.0), 24 B |"
    }

    test("the wall time has a unit where it is not that of the CPU time") {
        Numbers.besides(120_000.0, 99_000.0) shouldBe "120 µs"
        Numbers.besides(130_000.0, 120_000.0) shouldBe "130"
    }

    test("a bar that dwarfs ours is cut, and has its figure all the same") {
        val far = Sample().time("run.RunNoop.contextvars", 10, 4.0).time("run.RunNoop.transmittable", 10, 1100.0)
        val near = Sample().time("run.RunNoop.contextvars", 10, 4.0).time("run.RunNoop.transmittable", 10, 11.0)
        val (farSvg, nearSvg) = listOf(far, near).map { sample ->
            val works = sample.results().works("run").entries
            works.single().let { (work, measurements) -> Charts.svg(work, measurements) }
        }
        farSvg shouldContain ">1,100 ns<"
        farSvg shouldContain "<line"
        nearSvg shouldNotContain "<line"
    }

    test("a report fills the page, and filling it again changes nothing") {
        val results = Sample().time("read.ReadRepeated.contextvars", 10, 3.0).results()
        val once = Page("page", page).also { Report.fill(it, results, "performance") }.text()
        once shouldContain "![Read one variable again and again](performance/read-ReadRepeated.svg)"
        once shouldContain "| **contextvars** | 3.0 ns (wall 6.0), 0 B |"
        Page("page", once).also { Report.fill(it, results, "performance") }.text() shouldBe once
    }

    test("a page without a marker is refused with the marker's name") {
        val without = Page("docs/performance.md", page.replace("<!-- table: write -->\n", ""))
        shouldThrow<IllegalStateException> { Report.fill(without, Sample().results(), "performance") }
            .message shouldBe "docs/performance.md has no line <!-- table: write -->"
    }

    test("a part that is not ended is refused, and does not swallow the next") {
        val open = Page("page", "<!-- table: read -->\n\n<!-- table: write -->\n<!-- end -->\n")
        shouldThrow<IllegalStateException> { open.replace("table: read", "text") }
            .message shouldBe "page has no <!-- end --> after <!-- table: read -->"
    }

    test("a chart names each contender, as lines and as bars") {
        val lines = Sample()
        for ((n, factor) in listOf(1 to 1.0, 10 to 2.0, 100 to 8.0)) {
            lines.time("read.ReadRepeated.contextvars", n, factor).time("read.ReadRepeated.grpc", n, 2 * factor)
        }
        val bars = Sample().time("read.ReadRepeated.contextvars", 10, 3.0).time("read.ReadRepeated.grpc", 10, 5.0)
        for (sample in listOf(lines, bars)) {
            val (work, measurements) = sample
                .results()
                .works("read")
                .entries
                .single()
            val svg = Charts.svg(work, measurements)
            listOf("<svg", ">contextvars<", ">gRPC Context<", "JDK 17").filterNot { it in svg }.shouldBeEmpty()
            svg shouldNotContain "NaN"
        }
    }
})
