// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.million

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.benchmarks.cpuOfJavaThreads
import dev.contextvars.coroutines.asElement
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield
import java.lang.management.ManagementFactory
import java.lang.management.MemoryType
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** What the coroutines of a population have with them. */
@Suppress("ktlint:standard:enum-entry-name-case", "EnumEntryName") // the names are those in the results
internal enum class Contender {
    /** Nothing: what a suspended coroutine takes by itself. */
    none {
        override fun root() = EmptyCoroutineContext
    },

    /** A Context each with 10 variables, as `launch` makes it: a copy of the parent's, whose map it shares. */
    contextvars {
        override fun root() = contextElement()
    },

    /** The same, and each sets one of the 10 itself: it shares the map no more. */
    contextvarsSet {
        override fun root() = contextElement()

        override fun inside(number: Int) {
            variables[number % variables.size].set("another")
        }
    },

    /** An element each for one thread-local. If all were to have one value, they could share the element. */
    threadLocal {
        private val cell = ThreadLocal<String?>()

        override fun root() = EmptyCoroutineContext

        override fun own() = cell.asContextElement(value)
    }, ;

    protected val value = "value"

    protected val variables = List(10) { ContextVar<String>("variable$it") }

    /** What the parent of all has. */
    abstract fun root(): CoroutineContext

    /** What each is launched with. */
    open fun own(): CoroutineContext = EmptyCoroutineContext

    /** What each does before it suspends. */
    open fun inside(number: Int) {}

    protected fun contextElement(): CoroutineContext {
        val context = Context()
        context.execute { variables.forEach { it.set(value) } }
        return context.asElement()
    }
}

/** What one coroutine of many costs: bytes of the heap while it lives, CPU time until it is suspended. */
internal class Cost(
    val bytes: Double,
    val cpu: Double,
)

/** Measures so many live coroutines, after others which warm the JVM up. */
internal fun costOf(contender: Contender, count: Int): Cost =
    runBlocking(contender.root()) {
        repeat(WARM_UPS) {
            populate(contender, minOf(count, MOST_AT_ONCE))
            coroutineContext.job.cancelChildren()
            coroutineContext.job.children.forEach { it.join() }
            usedHeap() // what measuring itself loads is not to be measured
            cpuOfJavaThreads()
        }
        val heapBefore = usedHeap()
        val cpuBefore = cpuOfJavaThreads()
        populate(contender, count)
        val cpu = cpuOfJavaThreads() - cpuBefore
        val bytes = usedHeap() - heapBefore
        coroutineContext.job.cancelChildren()
        Cost(bytes.toDouble() / count, cpu.toDouble() / count)
    }

private suspend fun CoroutineScope.populate(contender: Contender, count: Int) {
    repeat(count) { number ->
        launch(contender.own()) {
            contender.inside(number)
            awaitCancellation()
        }
        // Lets them run into their suspension. The loop's queue stays short: it never shrinks again, and would count.
        if (number % BATCH == BATCH - 1) yield()
    }
    yield()
}

// As the last collection left it. What is in use now would count the whole buffer that this thread allocates from next,
// which is megabytes.
private fun usedHeap(): Long {
    repeat(2) { System.gc() }
    val pools = ManagementFactory.getMemoryPoolMXBeans().filter { it.type == MemoryType.HEAP }
    return pools.sumOf { it.collectionUsage.used }
}

private const val WARM_UPS = 10
private const val MOST_AT_ONCE = 100_000
private const val BATCH = 1_000
