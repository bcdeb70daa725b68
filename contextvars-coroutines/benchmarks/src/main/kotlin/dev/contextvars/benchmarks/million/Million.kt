// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.million

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.benchmarks.Row
import dev.contextvars.benchmarks.WorkerCpu
import dev.contextvars.benchmarks.writeTo
import dev.contextvars.coroutines.asElement
import kotlinx.coroutines.*
import java.lang.management.ManagementFactory
import java.lang.management.MemoryType
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Measures a suspended coroutine with a context of its own, among a number of its kind: the bytes it retains, and the
 * CPU time to create it and run it to its suspension. Needs a JVM for each result, and the serial collector: after a
 * collection, its used heap is what is live, to the byte.
 *
 * ```
 * java -Xmx6g -XX:+UseSerialGC -cp target/benchmarks.jar \
 *   dev.contextvars.benchmarks.million.Million FILE contextvars 1000000
 * ```
 */
internal object Million {
    private const val WARM_UPS = 10
    private const val BATCH = 1_000
    private val variables = List(10) { ContextVar<String>("variable$it") }
    private val threadLocal = ThreadLocal<String?>()

    @JvmStatic
    fun main(arguments: Array<String>) {
        val (file, impl, coroutines) = arguments
        listOf(measure(impl, coroutines.toInt())).writeTo(file)
    }

    fun measure(impl: String, count: Int): Row {
        // What the parent has: a child gets a copy of its context, and both share the map.
        val context = Context().apply { execute { variables.forEach { it.set("value") } } }
        val ours = impl.startsWith("contextvars")
        return runBlocking(if (ours) context.asElement() else EmptyCoroutineContext) {
            repeat(WARM_UPS) {
                populate(impl, minOf(count, 100_000))
                coroutineContext.job.cancelChildren()
                coroutineContext.job.children.forEach { it.join() }
                usedHeap() // loads what measuring itself needs
                WorkerCpu.cpuTime()
            }
            val heapBefore = usedHeap()
            val cpuBefore = WorkerCpu.cpuTime()
            populate(impl, count)
            val cpu = WorkerCpu.cpuTime() - cpuBefore
            val bytes = usedHeap() - heapBefore
            coroutineContext.job.cancelChildren()
            val params = mapOf("impl" to impl, "coroutines" to count)
            Row("million.Million.million", params, bytes.toDouble() / count, "B", cpu = cpu.toDouble() / count)
        }
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
