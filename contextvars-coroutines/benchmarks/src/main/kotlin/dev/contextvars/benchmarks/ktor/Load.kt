// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.ktor

import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration

/** What a server did in a round. */
internal class Round(
    /** How long each request took, in nanoseconds. */
    val latencies: LongArray,
    val nanos: Long,
    /** CPU time of the server's Java threads, in nanoseconds. */
    val cpu: Long,
) {
    val requestsPerSecond: Double
        get() = latencies.size * 1e9 / nanos

    val cpuPerRequest: Double
        get() = cpu.toDouble() / latencies.size
}

/** Sends requests over so many connections, each after the answer to the last, until the time or the number is up. */
internal fun ServerProcess.load(connections: Int, time: Duration, requests: Int): Round {
    val left = AtomicInteger(requests)
    val threads = Executors.newFixedThreadPool(connections)
    val clients = List(connections) { Connection(port, it) }
    try {
        val cpuBefore = cpu()
        val begin = System.nanoTime()
        val end = begin + time.inWholeNanoseconds
        val latencies = threads.invokeAll(clients.map { Callable { it.exchangeUntil(end, left) } }).map { it.get() }
        val nanos = System.nanoTime() - begin
        return Round(concatenate(latencies), nanos, cpu() - cpuBefore)
    } finally {
        threads.shutdownNow()
        clients.forEach { it.close() }
    }
}

private fun Connection.exchangeUntil(end: Long, left: AtomicInteger): LongArray {
    var latencies = LongArray(1_024)
    var count = 0
    var now = System.nanoTime()
    while (now - end < 0 && left.getAndDecrement() > 0) {
        exchange()
        val before = now
        now = System.nanoTime()
        if (count == latencies.size) latencies = latencies.copyOf(2 * count)
        latencies[count++] = now - before
    }
    return latencies.copyOf(count)
}

private fun concatenate(parts: List<LongArray>): LongArray {
    val whole = LongArray(parts.sumOf { it.size })
    var offset = 0
    for (part in parts) {
        part.copyInto(whole, offset)
        offset += part.size
    }
    return whole
}
