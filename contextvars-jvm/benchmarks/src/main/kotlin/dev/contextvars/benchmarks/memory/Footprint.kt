// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.memory

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.benchmarks.Row
import dev.contextvars.benchmarks.hamt.Key
import dev.contextvars.benchmarks.hamt.MapLibrary
import dev.contextvars.benchmarks.peers.Peer
import dev.contextvars.benchmarks.writeTo
import io.opentelemetry.context.ContextKey
import org.openjdk.jmh.infra.Blackhole
import org.openjdk.jol.info.GraphLayout
import java.util.Random
import io.grpc.Context as GrpcContext
import io.opentelemetry.context.Context as OtelContext

/**
 * Measures retained sizes with JOL: bytes per entry of the maps, per variable of the contexts, and per copy.
 *
 * ```
 * java -Djdk.attach.allowAttachSelf=true -Djol.magicFieldOffset=true -XX:+UseSerialGC \
 *   -cp target/benchmarks.jar dev.contextvars.benchmarks.memory.Footprint FILE
 * ```
 */
object Footprint {
    private val SINK =
        Blackhole("Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.")
    private val SIZES = listOf(1, 4, 10, 32, 1_000)
    private val LIBRARIES = listOf("contextvars", "kotlinx", "clojure", "scala", "vavr", "bifurcan")

    @JvmStatic
    fun main(arguments: Array<String>): Unit = measure(100).writeTo(arguments[0])

    /** Measures the mean of [maps] maps, and of more small ones: where keys collide is chance. */
    fun measure(maps: Int): List<Row> = entries(maps) +
        variables("contextvars", ::Context, { ContextVar<Any>("v") }, Context::with) +
        variables("grpc", { GrpcContext.ROOT }, { GrpcContext.key<Any>("k") }, GrpcContext::withValue) +
        variables("openTelemetry", { OtelContext.root() }, { ContextKey.named<Any>("k") }, OtelContext::with) +
        listOf("contextvars", "transmittable", "micrometer").map { copy(it, 10) }

    private fun entries(maps: Int) = LIBRARIES.flatMap { impl ->
        @Suppress("UNCHECKED_CAST") // its maps are passed to its own functions only
        val library = MapLibrary.create(impl, 1, SINK) as MapLibrary<Any>
        SIZES.flatMap { n ->
            listOf("random", "consecutive").map { hashes ->
                val mean = List(maps * maxOf(1, 20 / n)) { entry(library, n, hashes, Random(it.toLong())) }.average()
                Row("memory.Footprint.bytes", mapOf("impl" to impl, "n" to n, "hashes" to hashes), mean, "B")
            }
        }
    }

    /** Returns the bytes per entry of a map, without keys and values. Variables have consecutive hashes. */
    private fun entry(library: MapLibrary<Any>, n: Int, hashes: String, random: Random): Double {
        val first = random.nextInt()
        val keys = List(n) { Key(if (hashes == "random") random.nextInt() else first + it) }
        val values = List(n) { Any() }
        val empty = library.copyOf(emptyMap())
        val map = keys.indices.fold(empty) { map, i -> library.put(map, keys[i], values[i]) }
        return retained(map, keys + values + empty) / n
    }

    private fun <C : Any, K : Any> variables(impl: String, empty: () -> C, key: () -> K, with: (C, K, Any) -> C) =
        SIZES.map { n ->
            val keys = List(n) { key() }
            val values = List(n) { Any() }
            val context = keys.indices.fold(empty()) { context, i -> with(context, keys[i], values[i]) }
            val bytes = retained(context, keys + values + empty()) - retained(empty(), listOf(empty()))
            Row("memory.BoundVariable.bytes", mapOf("impl" to impl, "n" to n), bytes / n, "B")
        }

    private fun copy(impl: String, n: Int): Row {
        val peer = Peer.create(impl, n)
        val captured = peer.use { it.capture() }
        // The values are the numbers from 0, which the JDK caches.
        val bytes = retained(captured!!, List<Any>(n) { it } + peer)
        return Row("memory.ContextCopy.bytes", mapOf("impl" to impl, "n" to n), bytes, "B")
    }

    /** Returns the bytes that are reachable from [root] but from none of the [others]. */
    private fun retained(root: Any, others: List<Any>): Double =
        // A difference of sizes, not of sets of addresses: the collector may move objects in between.
        (size(others + root) - size(others)).toDouble()

    private fun size(roots: List<Any>) = GraphLayout.parseInstance(*roots.toTypedArray()).totalSize()
}
