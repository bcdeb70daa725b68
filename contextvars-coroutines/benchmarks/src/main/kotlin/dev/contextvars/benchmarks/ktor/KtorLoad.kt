// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.ktor

import dev.contextvars.benchmarks.Row
import dev.contextvars.benchmarks.writeTo
import kotlinx.coroutines.*
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers

private const val CONNECTIONS = 32

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
    fun main(arguments: Array<String>) = measure(arguments[1].toLong()).writeTo(arguments[0])

    fun measure(millis: Long): List<Row> {
        val servers = listOf("none", "contextvars", "mdc").map(::ServerProcess)
        try {
            servers.forEach { it.load(2 * millis) }
            val rounds = List(ROUNDS) { servers.map { it.load(millis) } }
            return servers.flatMapIndexed { i, server ->
                units.map { (measure, unit) ->
                    val median = rounds.map { it[i].getValue(measure) }.sorted()[ROUNDS / 2]
                    Row("ktor.KtorLoad.ktorLoad", mapOf("impl" to server.impl, "measure" to measure), median, unit)
                }
            }
        } finally {
            servers.forEach { it.close() }
        }
    }
}

/** A [KtorServer] in its own JVM. */
private class ServerProcess(val impl: String) : AutoCloseable {
    private val process = ProcessBuilder(
        listOf(System.getProperty("java.home") + "/bin/java", "-Xms256m", "-Xmx256m", "-XX:+UseSerialGC") +
            listOf("-cp", System.getProperty("java.class.path"), KtorServer::class.java.name, impl),
    ).redirectError(ProcessBuilder.Redirect.INHERIT).start()
    private val port = checkNotNull(process.inputReader().readLine()) { "the server of $impl has ended" }
    private val client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    /** Sends requests over several connections, each after the last answer; returns what the server did, by measure. */
    fun load(millis: Long): Map<String, Double> = runBlocking(Dispatchers.IO) {
        val cpuBefore = cpu()
        val begin = System.nanoTime()
        val latencies = List(CONNECTIONS) { connection ->
            async {
                buildList { while (System.nanoTime() - begin < millis * 1_000_000) add(exchange(connection, size)) }
            }
        }.awaitAll().flatten().sorted()
        mapOf(
            "requestsPerSecond" to latencies.size * 1e9 / (System.nanoTime() - begin),
            "p50" to latencies[latencies.size / 2].toDouble(),
            "p99" to latencies[(latencies.size * 99L / 100).toInt()].toDouble(),
            "cpuPerRequest" to (cpu() - cpuBefore).toDouble() / latencies.size,
        )
    }

    private fun cpu() = send(request("cpu")).toLong()

    /** Sends a request with values of its own and checks that the answer has them; returns how long it took. */
    private fun exchange(connection: Int, number: Int): Long {
        val request = request("") { headers(TENANT, "tenant$connection", REQUEST_ID, "request$number") }
        val begin = System.nanoTime()
        val answer = send(request)
        val nanos = System.nanoTime() - begin
        check(answer == "tenant$connection request$number") { answer }
        return nanos
    }

    private fun request(path: String, block: HttpRequest.Builder.() -> Unit = {}) =
        HttpRequest.newBuilder(URI("http://127.0.0.1:$port/$path")).apply(block).build()

    private fun send(request: HttpRequest) = client.send(request, BodyHandlers.ofString()).body()

    override fun close() = process.destroy()
}
