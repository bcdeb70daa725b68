// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import org.openjdk.jmh.infra.BenchmarkParams
import org.openjdk.jmh.infra.IterationParams
import org.openjdk.jmh.profile.InternalProfiler
import org.openjdk.jmh.results.AggregationPolicy
import org.openjdk.jmh.results.IterationResult
import org.openjdk.jmh.results.ScalarResult
import java.lang.management.ManagementFactory

/**
 * A JMH profiler that reports the CPU time of all Java threads per operation, as `cpu`.
 *
 * On a shared machine, wall time includes the time of other processes; CPU time does not. The threads of the compiler
 * and of the collector are not Java threads and do not count; those of a dispatcher or a pool do. Run with
 * `-prof dev.contextvars.benchmarks.WorkerCpu`.
 */
class WorkerCpu : InternalProfiler {
    private var before = emptyMap<Long, Long>()

    override fun getDescription(): String = "CPU time of all Java threads per operation"

    override fun beforeIteration(benchmark: BenchmarkParams, iteration: IterationParams) {
        before = cpuTimes()
    }

    override fun afterIteration(
        benchmark: BenchmarkParams,
        iteration: IterationParams,
        result: IterationResult,
    ): List<ScalarResult> {
        val nanos = cpuTimes().entries.sumOf { (thread, nanos) -> nanos - (before[thread] ?: 0L) }
        // All operations, also those outside the measured time, which the threads' clocks count.
        val cpu = nanos.toDouble() / maxOf(1L, result.metadata.allOps)
        return listOf(ScalarResult("cpu", cpu, "ns/op", AggregationPolicy.AVG))
    }

    companion object {
        private val threads = ManagementFactory.getThreadMXBean()

        /** Returns the CPU time that the live Java threads have used so far, in nanoseconds. */
        fun cpuTime(): Long = cpuTimes().values.sum()

        /** Returns the CPU time that each live Java thread has used so far; a thread that has just ended has -1. */
        private fun cpuTimes(): Map<Long, Long> =
            threads.allThreadIds.associateWith(threads::getThreadCpuTime).filterValues { it > 0 }
    }
}
