// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import org.openjdk.jmh.runner.Runner
import org.openjdk.jmh.runner.options.OptionsBuilder
import org.openjdk.jmh.runner.options.TimeValue
import org.openjdk.jmh.runner.options.VerboseMode

class BenchmarksSpec : FunSpec({
    listOf("read", "write", "run", "hamt", "virtual", "scale").forEach { group ->
        test("every benchmark of the group $group runs, for every parameter").config(enabled = isToRun(group)) {
            runOnce(group) shouldBeGreaterThan 0
        }
    }
})

private val onJdk25 = Runtime.version().feature() >= 25

private fun isToRun(group: String) = group != "virtual" || onJdk25

/** Runs each for a moment, in this JVM, and fails if one fails; returns how many were run. */
private fun runOnce(group: String): Int {
    val options =
        OptionsBuilder()
            .include("^dev\\.contextvars\\.benchmarks\\.$group\\.")
            .apply { if (!onJdk25) exclude("\\.scopedValue$") }
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(1))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .jvmArgs("-Djmh.ignoreLock=true")
            .build()
    return Runner(options).run().size
}
