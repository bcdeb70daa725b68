// SPDX-License-Identifier: Apache-2.0
@file:JvmName("Loops")

package dev.contextvars.benchmarks.coroutines

import dev.contextvars.benchmarks.logging.LogBackend
import kotlinx.coroutines.*
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

private val name = CoroutineName("renamed")

private class Counter(var done: Int = 0)

// By default in the event loop of runBlocking: no hand-over between threads blurs what an element costs.
private inline fun Carrier.loop(
    times: Int,
    dispatcher: CoroutineContext = EmptyCoroutineContext,
    crossinline action: suspend CoroutineScope.(Counter) -> Unit,
): Int = run(dispatcher) {
    val counter = Counter()
    repeat(times) { action(counter) }
    counter.done
}

internal fun yields(carrier: Carrier, times: Int) = carrier.loop(times) {
    yield()
    it.done++
}

internal fun logs(carrier: Carrier, log: LogBackend, times: Int) = carrier.loop(times) {
    yield()
    log.event()
    it.done++
}

internal fun renames(carrier: Carrier, times: Int) = carrier.loop(times) { withContext(name) { it.done++ } }

internal fun hops(carrier: Carrier, times: Int) =
    carrier.loop(times, Dispatchers.Default) { withContext(Dispatchers.IO) { it.done++ } }

internal fun launches(carrier: Carrier, times: Int) = carrier.loop(times) { launch { it.done++ }.join() }
