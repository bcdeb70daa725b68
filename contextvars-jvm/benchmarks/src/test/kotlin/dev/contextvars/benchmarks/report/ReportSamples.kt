// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report

/** Results as JMH writes them, in the parts that the report reads. */
internal class Sample(private val jdk: Int = 17) {
    private val rows = mutableListOf<String>()

    fun time(benchmark: String, n: Int?, cpu: Double, bytes: Double = 0.0, threads: Int = 1) = apply {
        val params = if (n == null) "" else """"n": "$n""""
        rows += """
            {"jmhVersion": "1.37", "benchmark": "dev.contextvars.benchmarks.$benchmark", "mode": "avgt", "forks": 2,
             "threads": $threads, "params": {$params},
             "primaryMetric": {"score": ${3 * cpu}, "scoreError": "NaN", "scoreUnit": "ns/op", "rawData": [[1.0]],
               "scorePercentiles": {"0.0": 1.0, "50.0": ${2 * cpu}}},
             "secondaryMetrics": {
               "cpu": {"score": ${9 * cpu}, "scoreUnit": "ns/op", "scorePercentiles": {"50.0": $cpu, "99.0": 99.0}},
               "gc.alloc.rate.norm": {"score": 77.0, "scoreUnit": "B/op", "scorePercentiles": {"50.0": $bytes}},
               "gc.count": {"score": 4.0, "scoreUnit": "counts"}}}
        """
    }

    /** As a program writes it that measures without JMH. */
    fun memory(benchmark: String, size: Pair<String, Int>, bytes: Double) = apply {
        rows += """
            {"benchmark": "dev.contextvars.benchmarks.$benchmark", "params": {"${size.first}": "${size.second}"},
             "primaryMetric": {"score": $bytes, "scoreUnit": "B"}, "secondaryMetrics": {}}
        """
    }

    fun json(): String = rows.joinToString(",", "[", "]")

    fun results(): Results = Results.of(Json.MAPPER.readTree(json()), jdk)
}

internal fun Results.and(other: Results) = Results(measurements() + other.measurements())
