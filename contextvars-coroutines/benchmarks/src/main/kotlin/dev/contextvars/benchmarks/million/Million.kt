// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.million

import dev.contextvars.benchmarks.Row
import dev.contextvars.benchmarks.startJvm
import dev.contextvars.benchmarks.writeTo
import kotlin.io.path.Path

/**
 * Measures what a live, suspended coroutine costs with a Context of its own, among 10,000 to 1,000,000 of its kind;
 * takes about a minute.
 *
 * ```
 * java -cp target/benchmarks.jar dev.contextvars.benchmarks.million.Million FILE [COUNT…]
 * ```
 *
 * Each figure comes from a JVM of its own, with a heap of 6 GB at the most. The score is bytes, `cpu` the time to
 * create one and to run it to its suspension.
 */
internal object Million {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val file = Path(arguments[0])
        val counts = arguments.drop(1).map { it.toInt() }.ifEmpty { listOf(10_000, 100_000, 1_000_000) }
        val rows = Contender.entries.flatMap { contender -> counts.map { measure(contender, it) } }
        rows.writeTo(file)
        rows.forEach { println("${it.benchmark} ${it.params}: %.1f B, %.0f ns".format(it.score, it.cpu)) }
    }

    private fun measure(contender: Contender, count: Int): Row {
        // Serial GC: after a collection the heap is what lives, to the byte.
        val options = listOf("-Xmx6g", "-XX:+UseSerialGC")
        val process = startJvm(options, OnePopulation::class.java.name, contender.name, "$count")
        val output = process.inputStream.bufferedReader().readText()
        check(process.waitFor() == 0) { "no result for $count coroutines with $contender: $output" }
        val (bytes, cpu) = output.split(' ').map { it.toDouble() }
        val benchmark = "${Million::class.java.name}.${contender.name}"
        return Row(benchmark, mapOf("coroutines" to "$count"), bytes, "B", cpu = cpu)
    }
}

/** One figure of [Million]: prints bytes and nanoseconds. */
internal object OnePopulation {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val cost = costOf(Contender.valueOf(arguments[0]), arguments[1].toInt())
        print("${cost.bytes} ${cost.cpu}")
    }
}
