// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.ktor

import dev.contextvars.benchmarks.Row
import dev.contextvars.benchmarks.startJvm
import dev.contextvars.benchmarks.writeTo
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.io.path.Path

/**
 * Puts the same load on a Ktor service with context variables, with the MDC and with neither.
 *
 * ```
 * java -cp target/benchmarks.jar dev.contextvars.benchmarks.ktor.KtorLoad FILE MILLISECONDS
 * ```
 *
 * Each server has its own JVM and listens on 127.0.0.1 only; this JVM is the client. The servers take turns, so that
 * they share fairly what else the machine does.
 */
internal object KtorLoad {
    private const val ROUNDS = 3
    private val units = mapOf("requestsPerSecond" to "ops/s", "p50" to "ns", "p99" to "ns", "cpuPerRequest" to "ns/op")

    @JvmStatic
    fun main(arguments: Array<String>) = measure(arguments[1].toLong()).writeTo(Path(arguments[0]))

    fun measure(millis: Long): List<Row> {
        val servers = listOf("none", "contextvars", "mdc").map(::ServerProcess)
        try {
            servers.forEach { it.load(2 * millis) }
            val rounds = List(ROUNDS) { servers.map { it.load(millis) } }
            return servers.flatMapIndexed { i, server ->
                units.map { (measure, unit) ->
                    val samples = rounds.map { it[i].getValue(measure) }.sorted()
                    val params = mapOf("impl" to server.impl, "measure" to measure)
                    Row("ktor.KtorLoad.ktorLoad", params, samples[ROUNDS / 2], unit, samples)
                }
            }
        } finally {
            servers.forEach { it.close() }
        }
    }
}

/** A [KtorServer] in its own JVM. */
private class ServerProcess(val impl: String) : AutoCloseable {
    private val process = startJvm(listOf("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"), KtorServer::class.java, impl)
    private val output = process.inputStream.bufferedReader()
    private val input = process.outputStream.bufferedWriter()
    private val uri = URI("http://127.0.0.1:${answer()}/")
    private val client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    private fun answer() = checkNotNull(output.readLine()) { "the server of $impl has ended" }

    private fun cpu(): Long {
        input.write("cpu\n")
        input.flush()
        return answer().toLong()
    }

    /** Sends requests over several connections, each after the last answer; returns what the server did, by measure. */
    fun load(millis: Long): Map<String, Double> {
        val threads = Executors.newFixedThreadPool(CONNECTIONS)
        try {
            val cpuBefore = cpu()
            val begin = System.nanoTime()
            val tasks = List(CONNECTIONS) { connection ->
                Callable {
                    buildList { while (System.nanoTime() - begin < millis * 1_000_000) add(exchange(connection, size)) }
                }
            }
            val latencies = threads.invokeAll(tasks).flatMap { it.get() }.sorted()
            return mapOf(
                "requestsPerSecond" to latencies.size * 1e9 / (System.nanoTime() - begin),
                "p50" to latencies[latencies.size / 2].toDouble(),
                "p99" to latencies[(latencies.size * 99L / 100).toInt()].toDouble(),
                "cpuPerRequest" to (cpu() - cpuBefore).toDouble() / latencies.size,
            )
        } finally {
            threads.shutdownNow()
        }
    }

    /** Sends a request with values of its own and checks that the answer has them; returns how long it took. */
    private fun exchange(connection: Int, number: Int): Long {
        val headers = arrayOf(TENANT, "tenant$connection", REQUEST_ID, "request$number")
        val request = HttpRequest.newBuilder(uri).headers(*headers).build()
        val begin = System.nanoTime()
        val response = client.send(request, BodyHandlers.ofString())
        val nanos = System.nanoTime() - begin
        check(response.body() == "tenant$connection request$number") { "$response: ${response.body()}" }
        return nanos
    }

    override fun close() {
        input.close()
        if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly()
    }

    private companion object {
        const val CONNECTIONS = 32
    }
}
