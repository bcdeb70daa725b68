// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import java.nio.file.Path
import kotlin.io.path.writeText

/** A result in the shape of JMH's own; [cpu] is in nanoseconds, and [score] the median of [samples]. */
class Row(
    val benchmark: String,
    val params: Map<String, Any>,
    val score: Double,
    val unit: String,
    val samples: List<Double> = listOf(score),
    val cpu: Double? = null,
) {
    // Names and numbers only: nothing needs escaping.
    override fun toString(): String {
        val params = params.entries.joinToString { (key, value) -> """"$key": "$value"""" }
        val primary = """"score": $score, "scoreUnit": "$unit", "rawData": [$samples]"""
        val secondary = cpu?.let { """"cpu": {"score": $it, "scoreUnit": "ns/op"}""" } ?: ""
        return """{"benchmark": "dev.contextvars.benchmarks.$benchmark", "params": {$params}, """ +
            """"primaryMetric": {$primary}, "secondaryMetrics": {$secondary}}"""
    }
}

/** Writes the rows to [file] and to standard output. */
fun List<Row>.writeTo(file: Path) {
    file.writeText(joinToString(",\n", prefix = "[\n", postfix = "\n]\n"))
    forEach { println("${it.benchmark} ${it.params}: ${"%.1f".format(it.score)} ${it.unit}") }
}
