// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.testing

import dev.contextvars.benchmarks.WorkerCpu
import org.openjdk.jmh.runner.Runner
import org.openjdk.jmh.runner.options.OptionsBuilder
import org.openjdk.jmh.runner.options.TimeValue
import org.openjdk.jmh.runner.options.VerboseMode

/** Runs each benchmark for a moment in this JVM and throws if one fails; returns the number of results with CPU time. */
fun smokeRun(include: String, vararg impl: String): Int {
    val options = OptionsBuilder()
        .include(include)
        .forks(0)
        .warmupIterations(0)
        .measurementIterations(1)
        .measurementTime(TimeValue.milliseconds(1))
        .addProfiler(WorkerCpu::class.java)
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT)
        .apply { if (impl.isNotEmpty()) param("impl", *impl) }
    return Runner(options.build()).run().count { "cpu" in it.secondaryResults }
}
