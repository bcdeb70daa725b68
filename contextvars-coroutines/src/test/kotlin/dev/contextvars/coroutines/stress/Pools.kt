// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines.stress

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.asCoroutineDispatcher
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors

/** The threads that the stress specs run on. */
@OptIn(ExperimentalCoroutinesApi::class)
internal class Pools : AutoCloseable {
    private val fixed = Executors.newFixedThreadPool(3)
    private val single = Executors.newSingleThreadExecutor()

    /** A thread that only resumes coroutines. */
    val foreign: ExecutorService = Executors.newSingleThreadExecutor()

    val dispatchers: Map<String, CoroutineDispatcher> = mapOf(
        "Default" to Dispatchers.Default,
        "IO" to Dispatchers.IO,
        "a fixed pool of three" to fixed.asCoroutineDispatcher(),
        "one thread" to single.asCoroutineDispatcher(),
        "limitedParallelism(1)" to Dispatchers.Default.limitedParallelism(1),
        "limitedParallelism(2)" to Dispatchers.IO.limitedParallelism(2),
    )

    override fun close() = listOf(fixed, single, foreign).forEach { it.shutdown() }
}
