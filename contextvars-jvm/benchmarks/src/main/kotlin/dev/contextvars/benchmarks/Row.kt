// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import kotlin.io.path.Path
import kotlin.io.path.writeText

/** A result in the shape of JMH's own; [cpu] is in nanoseconds. */
class Row(
    val benchmark: String,
    val params: Map<String, Any>,
    val score: Double,
    val unit: String,
    val cpu: Double? = null,
) {
    // Names and numbers only: nothing needs escaping.
    override fun toString(): String {
        val params = params.entries.joinToString { (key, value) -> """"$key": "$value"""" }
        val secondary = cpu?.let { """"cpu": {"score": $it, "scoreUnit": "ns/op"}""" } ?: ""
        return """{"benchmark": "dev.contextvars.benchmarks.$benchmark", "params": {$params}, """ +
            """"primaryMetric": {"score": $score, "scoreUnit": "$unit"}, "secondaryMetrics": {$secondary}}"""
    }
}

/** Writes the rows to [file] and to standard output. */
fun List<Row>.writeTo(file: String) {
    Path(file).writeText("$this")
    forEach(::println)
}
