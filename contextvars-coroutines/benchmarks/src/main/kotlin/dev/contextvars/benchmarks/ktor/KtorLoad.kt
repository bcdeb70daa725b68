// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.ktor

import dev.contextvars.benchmarks.Row
import dev.contextvars.benchmarks.writeTo
import kotlin.io.path.Path
import kotlin.time.Duration.Companion.seconds

/**
 * Puts the same load on a Ktor service with context variables, with the MDC and with neither; takes three minutes.
 *
 * ```
 * java -cp target/benchmarks.jar dev.contextvars.benchmarks.ktor.KtorLoad FILE [REQUESTS]
 * ```
 *
 * Each server has a JVM of its own and 127.0.0.1 only; this one is the client. The servers take turns, so that what
 * else the machine does meanwhile is shared fairly. A round ends after 10 seconds, or the number of requests.
 */
internal object KtorLoad {
    private const val CONNECTIONS = 32
    private const val ROUNDS = 3
    private val warmUp = 20.seconds
    private val round = 10.seconds

    @JvmStatic
    fun main(arguments: Array<String>) {
        val requests = arguments.getOrNull(1)?.toInt() ?: Int.MAX_VALUE
        val servers = mutableListOf<ServerProcess>()
        val rows = try {
            Contender.entries.mapTo(servers) { ServerProcess(it) }
            servers.forEach { it.load(CONNECTIONS, warmUp, requests) }
            val rounds = List(ROUNDS) { servers.map { it.load(CONNECTIONS, round, requests) } }
            servers.flatMapIndexed { i, server -> rows(server.contender, rounds.map { it[i] }) }
        } finally {
            servers.forEach { it.close() }
        }
        rows.writeTo(Path(arguments[0]))
        rows.forEach { println("${it.benchmark} ${it.params}: %.0f ${it.unit}".format(it.score)) }
    }

    private fun rows(contender: Contender, rounds: List<Round>): List<Row> {
        fun row(measure: String, unit: String, of: (Round) -> Double): Row {
            val samples = rounds.map(of)
            val benchmark = "${KtorLoad::class.java.name}.${contender.name}"
            return Row(benchmark, mapOf("measure" to measure), samples.sorted()[samples.size / 2], unit, samples)
        }
        rounds.forEach { it.latencies.sort() }
        return listOf(
            row("requestsPerSecond", "ops/s") { it.requestsPerSecond },
            row("p50", "ns") { it.latencies[it.latencies.size / 2].toDouble() },
            row("p99", "ns") { it.latencies[(it.latencies.size * 99L / 100).toInt()].toDouble() },
            row("cpuPerRequest", "ns/op") { it.cpuPerRequest },
        )
    }
}
