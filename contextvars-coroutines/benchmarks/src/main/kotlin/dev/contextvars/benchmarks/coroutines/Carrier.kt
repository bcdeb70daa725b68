// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.benchmarks.logging.LogBackend
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.asSharedElement
import io.opentelemetry.context.ContextKey
import io.opentelemetry.extension.kotlin.asContextElement
import kotlinx.coroutines.*
import kotlinx.coroutines.slf4j.MDCContext
import org.slf4j.MDC
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import io.opentelemetry.context.Context as OtelContext

/**
 * One way for a coroutine to carry values, which are the numbers from 0.
 *
 * With `contextvars` it has a copy of a context, as every coroutine that is started with the element; with
 * `contextvarsLeased` it runs in a context that other code can reach, and each dispatch checks that no other does.
 *
 * @property size the number of values
 * @property element the element that the coroutine is started with
 * @property value reads a value where it is called, or null if there is none
 */
internal class Carrier(
    val size: Int,
    private val element: CoroutineContext,
    private val value: (Int) -> String?,
) {
    /** Whether the coroutine is created by `async`, and not by `runBlocking`. */
    var inAsync = false
    private var done = 0

    /** Reads all values. */
    fun read(): List<String?> = List(size, value)

    /** Runs [body] in a new coroutine that has the values. */
    fun run(dispatcher: CoroutineContext, body: suspend CoroutineScope.() -> Unit): Unit = when {
        inAsync -> runBlocking(dispatcher) { async(element, block = body).await() }
        else -> runBlocking(dispatcher + element, body)
    }

    // By default in the event loop of runBlocking: no hand-over between threads blurs what an element costs.
    private inline fun loop(
        dispatcher: CoroutineContext = EmptyCoroutineContext,
        crossinline action: suspend CoroutineScope.() -> Unit,
    ): Int {
        run(dispatcher) { repeat(Coroutines.TIMES) { action() } }
        return done
    }

    fun yields(): Int = loop {
        yield()
        done++
    }

    fun yieldsAndLogs(log: LogBackend): Int = loop {
        yield()
        log.event()
        done++
    }

    fun renames(): Int = loop { withContext(name) { done++ } }
    fun hops(): Int = loop(Dispatchers.Default) { withContext(Dispatchers.IO) { done++ } }
    fun launches(): Int = loop { launch { done++ }.join() }

    companion object {
        private val name = CoroutineName("renamed")

        @JvmStatic
        fun create(impl: String): Carrier = when (impl) {
            "none" -> Carrier(0, EmptyCoroutineContext) { null }
            "contextvars" -> variables(10, Context::asElement)
            "contextvarsLogged" -> variables(10, Context::asElement).also { LogBackend.create("logback", impl) }
            "contextvars1000" -> variables(1_000, Context::asElement)
            "contextvarsLeased" -> variables(10, Context::asSharedElement)
            "threadLocal1" -> threadLocals(1)
            "threadLocal2" -> threadLocals(2)
            "threadLocal10" -> threadLocals(10)
            "copyable1" -> Carrier(1, Copyable("0")) { Copyable.cell.get() }
            "openTelemetry" -> openTelemetry(10)
            "mdc" -> Carrier(10, MDCContext(List(10) { "key$it" to "$it" }.toMap())) { MDC.get("key$it") }
            else -> throw IllegalArgumentException("unknown: $impl")
        }
    }
}

private fun variables(size: Int, element: (Context) -> CoroutineContext): Carrier {
    val variables = List(size) { LogBackend.shown.getOrNull(it) ?: ContextVar<String?>("key$it", null) }
    val context = Context().apply { execute { variables.forEachIndexed { i, variable -> variable.set("$i") } } }
    return Carrier(size, element(context)) { variables[it].get() }
}

private fun threadLocals(size: Int): Carrier {
    val threadLocals = List(size) { ThreadLocal<String?>() }
    val elements = threadLocals.mapIndexed { i, threadLocal -> threadLocal.asContextElement("$i") }
    return Carrier(size, elements.reduce(CoroutineContext::plus)) { threadLocals[it].get() }
}

private fun openTelemetry(size: Int): Carrier {
    val keys = List(size) { ContextKey.named<String>("key$it") }
    val context = keys.foldIndexed(OtelContext.root()) { i, context, key -> context.with(key, "$i") }
    return Carrier(size, context.asContextElement()) { OtelContext.current().get(keys[it]) }
}

/** The least that an element can do which gives each child its own copy, with one value in a thread-local. */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
private class Copyable(private val value: String?) : CopyableThreadContextElement<String?> {
    override val key: CoroutineContext.Key<*>
        get() = Key

    override fun updateThreadContext(context: CoroutineContext): String? = cell.get().also { cell.set(value) }
    override fun restoreThreadContext(context: CoroutineContext, oldState: String?) = cell.set(oldState)
    override fun copyForChild() = Copyable(value)
    override fun mergeForChild(overwritingElement: CoroutineContext.Element): CoroutineContext = overwritingElement

    companion object Key : CoroutineContext.Key<Copyable> {
        val cell = ThreadLocal<String?>()
    }
}
