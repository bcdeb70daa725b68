// SPDX-License-Identifier: Apache-2.0
@file:JvmName("Loops")

package dev.contextvars.benchmarks.coroutines

import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import kotlin.coroutines.CoroutineContext

// The works, each done so many times in one coroutine that has the element. All but one stay on the calling thread, in
// the event loop of runBlocking: no hand-over between threads blurs what the element costs.

private val name = CoroutineName("renamed")

internal fun yields(element: CoroutineContext, times: Int): Int =
    runBlocking(element) {
        var done = 0
        repeat(times) {
            yield()
            done++
        }
        done
    }

internal fun hops(element: CoroutineContext, times: Int): Int =
    runBlocking(Dispatchers.Default + element) {
        var done = 0
        repeat(times) { withContext(Dispatchers.IO) { done++ } }
        done
    }

internal fun renames(element: CoroutineContext, times: Int): Int =
    runBlocking(element) {
        var done = 0
        repeat(times) { withContext(name) { done++ } }
        done
    }

internal fun launches(element: CoroutineContext, times: Int): Int =
    runBlocking(element) {
        var done = 0
        repeat(times) { launch { done++ }.join() }
        done
    }
