// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.coroutines

import dev.contextvars.Context
import dev.contextvars.coroutines.ContextSource
import dev.contextvars.coroutines.asElement
import dev.contextvars.coroutines.withContext
import kotlinx.coroutines.*
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Blocks that a coroutine runs with another context. `none` is kotlinx.coroutines' `coroutineScope`, and `contextvars`
 * this library's `withContext(context)`. The others are kotlinx.coroutines' `withContext(element)`: with the context
 * itself, with a copy of it, and with a ThreadLocal.
 */
internal class Blocks(impl: String, callerHasElement: Boolean) {
    private val caller = if (callerHasElement) Context().asElement() else EmptyCoroutineContext
    private val block = when (impl) {
        "none" -> Block { coroutineScope(it) }
        "contextvars" -> Context().let { context -> Block { withContext(context, it) } }
        "contextvarsElement" -> blockWith(Context().asElement())
        "contextvarsCopy" -> blockWith(ContextSource.copyForEachBuilder(Context()).toElement())
        "threadLocal1" -> blockWith(ThreadLocal<String?>().asContextElement("0"))
        else -> throw IllegalArgumentException("unknown: $impl")
    }
    private var done = 0

    fun enter(): Int = inCaller { repeat(Coroutines.TIMES) { block.run { done++ } } }
    fun enterAndYield(): Int = inCaller { repeat(Coroutines.TIMES) { block.run { yieldOnce() } } }
    fun yieldInside(): Int = inCaller { block.run { repeat(Coroutines.TIMES) { yieldOnce() } } }

    private fun blockWith(element: CoroutineContext) = Block { withContext(element, it) }

    private suspend inline fun yieldOnce() {
        yield()
        done++
    }

    private fun inCaller(body: suspend CoroutineScope.() -> Unit): Int {
        runBlocking(caller, body)
        return done
    }

    private fun interface Block {
        suspend fun run(body: suspend CoroutineScope.() -> Unit)
    }
}
