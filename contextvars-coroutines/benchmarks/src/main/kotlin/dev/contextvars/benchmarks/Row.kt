// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import java.nio.file.Path
import kotlin.io.path.writeText

/**
 * A result of what JMH cannot measure, in the shape of JMH's own, for one report to read both.
 *
 * @property samples what the score is made of, one number a round
 * @property cpu CPU time of all Java threads per operation, in nanoseconds, as [WorkerCpu] has it
 */
internal class Row(
    val benchmark: String,
    val params: Map<String, String>,
    val score: Double,
    val unit: String,
    val samples: List<Double> = listOf(score),
    val cpu: Double? = null,
) {
    // Names and numbers of our own: there is nothing to escape.
    fun toJson(): String {
        val params = params.entries.joinToString { (key, value) -> """"$key": "$value"""" }
        val primary = """"score": $score, "scoreUnit": "$unit", "rawData": [$samples]"""
        val secondary = cpu?.let { """"cpu": {"score": $it, "scoreUnit": "ns/op"}""" } ?: ""
        return """{"benchmark": "$benchmark", "params": {$params}, """ +
            """"primaryMetric": {$primary}, "secondaryMetrics": {$secondary}}"""
    }
}

internal fun List<Row>.writeTo(file: Path) =
    file.writeText(joinToString(",\n", prefix = "[\n", postfix = "\n]\n") { it.toJson() })
