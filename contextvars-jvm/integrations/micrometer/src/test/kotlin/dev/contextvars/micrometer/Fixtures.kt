// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer

import dev.contextvars.Bindings
import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import reactor.core.publisher.Mono
import java.time.Duration
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.function.Supplier

internal const val DEFAULT = "none"

internal val tenant = ContextVar("tenant", DEFAULT)

/** Fails a pipeline that hangs. */
internal val patience: Duration = Duration.ofMinutes(1)

/** Runs the block in a new context in which the tenant has the name. */
internal fun <T> inContextOf(name: String, block: () -> T): T = Context().with(tenant, name).run(Supplier { block() })

/** Sets the tenant for the operators upstream. */
internal fun <T> Mono<T>.tenantIs(name: String): Mono<T> =
    contextWrite(ReactorContexts.with(Bindings.of(tenant, name)))

/** Runs the block on a thread of a pool of its own, and returns its result. */
internal fun <T> onNewThread(block: () -> T): T {
    val thread = Executors.newSingleThreadExecutor()
    try {
        return thread.submit(Callable { block() }).get(1, TimeUnit.MINUTES)
    } finally {
        thread.shutdown()
    }
}

/** Runs the block, and returns what the handler of uncaught exceptions of this thread is notified of. */
internal fun reportsOf(block: () -> Unit): List<Throwable> {
    val reports = mutableListOf<Throwable>()
    val thread = Thread.currentThread()
    val before = thread.uncaughtExceptionHandler
    thread.setUncaughtExceptionHandler { _, failure -> reports += failure }
    try {
        block()
    } finally {
        thread.setUncaughtExceptionHandler(before)
    }
    return reports
}

/** Threads that know nothing of context propagation. */
internal class ForeignThreads(count: Int) : AutoCloseable {
    private val threads = Executors.newFixedThreadPool(count)

    /** Returns a future that one of the threads completes after the latch is open. */
    fun future(latch: CountDownLatch = CountDownLatch(0)): CompletableFuture<Int> = CompletableFuture.supplyAsync({
        latch.await()
        1
    }, threads)

    override fun close() {
        threads.shutdown()
        check(threads.awaitTermination(1, TimeUnit.MINUTES)) { "a foreign thread does not end" }
    }
}

internal object Load {
    private const val AT_ONCE = 64

    /**
     * Sends requests, 64 at once and each of another tenant, and returns the reads of another value than the tenant's.
     *
     * Each request must read at least once, and leave no context on the client's thread.
     */
    fun wrongReads(requests: Int, request: (tenant: String) -> List<String>): List<String> {
        val clients = Executors.newFixedThreadPool(AT_ONCE)
        try {
            val answers = List(requests) { number -> Callable { wrongReadsOf("t$number", request) } }
            return clients.invokeAll(answers, 5, TimeUnit.MINUTES).flatMap { it.get() }
        } finally {
            clients.shutdown()
        }
    }

    private fun wrongReadsOf(name: String, request: (String) -> List<String>): List<String> {
        val reads = request(name)
        check(reads.isNotEmpty()) { "the request of $name has read nothing" }
        check(ContextSwap.current() == null) { "the request of $name has left a context on its thread" }
        return reads.filter { it != name }.map { "$it instead of $name" }
    }
}
