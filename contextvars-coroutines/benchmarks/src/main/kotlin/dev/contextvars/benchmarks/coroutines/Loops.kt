// SPDX-License-Identifier: Apache-2.0
@file:JvmName("Loops")

package dev.contextvars.benchmarks.coroutines

import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import kotlin.coroutines.EmptyCoroutineContext

// The works, each done so many times in one coroutine of a contender. All but one stay on the calling thread, in
// the event loop of runBlocking: no hand-over between threads blurs what the element costs.

private val name = CoroutineName("renamed")

internal fun yields(starter: Starter, times: Int): Int =
    starter.run(EmptyCoroutineContext) {
        var done = 0
        repeat(times) {
            yield()
            done++
        }
        done
    }

internal fun hops(starter: Starter, times: Int): Int =
    starter.run(Dispatchers.Default) {
        var done = 0
        repeat(times) { withContext(Dispatchers.IO) { done++ } }
        done
    }

internal fun renames(starter: Starter, times: Int): Int =
    starter.run(EmptyCoroutineContext) {
        var done = 0
        repeat(times) { withContext(name) { done++ } }
        done
    }

internal fun launches(starter: Starter, times: Int): Int =
    starter.run(EmptyCoroutineContext) {
        var done = 0
        repeat(times) { launch { done++ }.join() }
        done
    }
