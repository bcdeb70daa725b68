// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.million

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.benchmarks.Row
import dev.contextvars.benchmarks.cpuOfJavaThreads
import dev.contextvars.benchmarks.startJvm
import dev.contextvars.benchmarks.writeTo
import dev.contextvars.coroutines.asElement
import kotlinx.coroutines.*
import java.lang.management.ManagementFactory
import java.lang.management.MemoryType
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.io.path.Path

/**
 * Measures a suspended coroutine with a context of its own, among a number of its kind: the bytes it retains, and the
 * CPU time to create it and run it to its suspension. Each result comes from another JVM, with a heap of at most 6 GB.
 *
 * ```
 * java -cp target/benchmarks.jar dev.contextvars.benchmarks.million.Million FILE 10000 100000 1000000
 * ```
 */
internal object Million {
    private val IMPLS = listOf("none", "contextvars", "contextvarsSet", "threadLocal")

    @JvmStatic
    fun main(arguments: Array<String>) = measure(arguments.drop(1).map { it.toInt() }).writeTo(Path(arguments[0]))

    fun measure(counts: List<Int>): List<Row> = IMPLS.flatMap { impl -> counts.map { measure(impl, it) } }

    private fun measure(impl: String, count: Int): Row {
        // Serial GC: after a collection, the used heap is what is live, to the byte.
        val options = listOf("-Xmx6g", "-XX:+UseSerialGC")
        val process = startJvm(options, Population::class.java, impl, "$count")
        val output = process.inputStream.bufferedReader().readText()
        check(process.waitFor() == 0) { "no result for $count coroutines with $impl: $output" }
        val (bytes, cpu) = output.split(' ').map { it.toDouble() }
        return Row("million.Million.million", mapOf("impl" to impl, "coroutines" to count), bytes, "B", cpu = cpu)
    }
}

/** Prints the bytes and nanoseconds per coroutine. */
internal object Population {
    private const val WARM_UPS = 10
    private const val BATCH = 1_000
    private val variables = List(10) { ContextVar<String>("variable$it") }
    private val threadLocal = ThreadLocal<String?>()

    @JvmStatic
    fun main(arguments: Array<String>) {
        val impl = arguments[0]
        val count = arguments[1].toInt()
        runBlocking(root(impl)) {
            repeat(WARM_UPS) {
                populate(impl, minOf(count, 100_000))
                coroutineContext.job.cancelChildren()
                coroutineContext.job.children.forEach { it.join() }
                usedHeap() // loads what measuring itself needs
                cpuOfJavaThreads()
            }
            val heapBefore = usedHeap()
            val cpuBefore = cpuOfJavaThreads()
            populate(impl, count)
            val cpu = cpuOfJavaThreads() - cpuBefore
            val bytes = usedHeap() - heapBefore
            coroutineContext.job.cancelChildren()
            print("${bytes.toDouble() / count} ${cpu.toDouble() / count}")
        }
    }

    /** What the parent has: a child gets a copy of its context, and both share the map. */
    private fun root(impl: String): CoroutineContext {
        if (!impl.startsWith("contextvars")) return EmptyCoroutineContext
        return Context().apply { execute { variables.forEach { it.set("value") } } }.asElement()
    }

    private suspend fun CoroutineScope.populate(impl: String, count: Int) {
        repeat(count) { number ->
            // An element for each: they could share one only if all had the same value.
            launch(if (impl == "threadLocal") threadLocal.asContextElement("value") else EmptyCoroutineContext) {
                // After this, the coroutine shares the map no longer.
                if (impl == "contextvarsSet") variables[number % variables.size].set("another")
                awaitCancellation()
            }
            // Lets them run to their suspension. The event loop's queue never shrinks, and would count: keep it short.
            if (number % BATCH == BATCH - 1) yield()
        }
        yield()
    }

    // As the last collection left it: what is in use now includes the whole allocation buffer of this thread.
    private fun usedHeap(): Long {
        repeat(2) { System.gc() }
        val pools = ManagementFactory.getMemoryPoolMXBeans().filter { it.type == MemoryType.HEAP }
        return pools.sumOf { it.collectionUsage.used }
    }
}
