// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.asSharedElement
import io.opentelemetry.context.ContextKey
import io.opentelemetry.extension.kotlin.asContextElement
import kotlinx.coroutines.CopyableThreadContextElement
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.slf4j.MDCContext
import org.slf4j.MDC
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import io.opentelemetry.context.Context as OtelContext

/**
 * The contenders, by the names of their benchmark methods: each has an element that carries some values, and reads what
 * the running code sees of them.
 */
@Suppress("ktlint:standard:enum-entry-name-case") // the names are those of the methods
enum class Elements(
    /** How many values the element carries. */
    val values: Int,
) {
    none(0) {
        override fun element() = EmptyCoroutineContext

        override fun read() = emptyList<String?>()
    },
    contextvars(10) {
        override fun element() = contextElement()

        override fun read() = readVariables()
    },
    contextvarsLeased(10) {
        override fun element() = error(
            "the coroutine is to run in the context itself, not in the copy that builders make",
        )

        override fun starter(): Starter {
            val context = boundContext()
            return Starter { dispatcher, body ->
                runBlocking(dispatcher) {
                    async(
                        context.asSharedElement(),
                        block = body,
                    ).await()
                }
            }
        }

        override fun read() = readVariables()
    },
    contextvars1000(1_000) {
        override fun element() = contextElement()

        override fun read() = readVariables()
    },
    threadLocal1(1) {
        override fun element() = threadLocalElements()

        override fun read() = readThreadLocals()
    },
    threadLocal2(2) {
        override fun element() = threadLocalElements()

        override fun read() = readThreadLocals()
    },
    threadLocal10(10) {
        override fun element() = threadLocalElements()

        override fun read() = readThreadLocals()
    },
    copyable1(1) {
        override fun element() = Copyable("0")

        override fun read() = listOf(Copyable.cell.get())
    },
    mdc(10) {
        override fun element() = MDCContext(indices.associate { "key$it" to "$it" })

        override fun read() = indices.map { MDC.get("key$it") }
    },
    openTelemetry(10) {
        private val keys by lazy { indices.map { ContextKey.named<String>("key$it") } }

        override fun element() =
            indices.fold(OtelContext.root()) { context, i -> context.with(keys[i], "$i") }.asContextElement()

        override fun read() = keys.map { OtelContext.current().get(it) }
    }, ;

    protected val indices = 0 until values

    private val variables by lazy { indices.map { ContextVar<String?>("variable$it", null) } }

    private val threadLocals by lazy { indices.map { ThreadLocal<String?>() } }

    /** Makes the element that binds the values; they are the numbers from 0 on. */
    protected abstract fun element(): CoroutineContext

    /** Makes what starts coroutines that have the values. */
    open fun starter(): Starter {
        val element = element()
        return Starter { dispatcher, body -> runBlocking(dispatcher + element, body) }
    }

    /** Reads the values bound where this is called; null for each that is not. */
    abstract fun read(): List<String?>

    protected fun boundContext(): Context {
        val context = Context()
        context.execute { variables.forEachIndexed { i, variable -> variable.set("$i") } }
        return context
    }

    protected fun contextElement(): CoroutineContext = boundContext().asElement()

    protected fun readVariables(): List<String?> = variables.map { it.get() }

    protected fun threadLocalElements(): CoroutineContext =
        threadLocals.foldIndexed(EmptyCoroutineContext as CoroutineContext) { i, elements, threadLocal ->
            elements + threadLocal.asContextElement("$i")
        }

    protected fun readThreadLocals(): List<String?> = threadLocals.map { it.get() }
}

/** Runs a body in a coroutine that has the values of a contender, and returns what it returned. */
fun interface Starter {
    fun run(dispatcher: CoroutineContext, body: suspend CoroutineScope.() -> Int): Int
}

/** One value in a thread-local; a child has an element of its own, with the same value. */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
internal class Copyable(
    private val value: String?,
) : CopyableThreadContextElement<String?> {
    override val key: CoroutineContext.Key<*>
        get() = Key

    override fun updateThreadContext(context: CoroutineContext): String? {
        val before = cell.get()
        cell.set(value)
        return before
    }

    override fun restoreThreadContext(context: CoroutineContext, oldState: String?) = cell.set(oldState)

    override fun copyForChild() = Copyable(value)

    override fun mergeForChild(overwritingElement: CoroutineContext.Element): CoroutineContext = overwritingElement

    companion object Key : CoroutineContext.Key<Copyable> {
        val cell = ThreadLocal<String?>()
    }
}
