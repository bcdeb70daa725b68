// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.leaks

import java.lang.ref.WeakReference
import java.time.Duration
import java.time.Instant
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

/** Names of objects that a test wants collected, with weak references to them. */
internal typealias Watched = Map<String, WeakReference<*>>

/** Returns references to objects by name; the objects are the caller's to let go of. */
internal fun watch(vararg objects: Pair<String, Any>): Watched =
    objects.associate { (name, watched) -> name to WeakReference(watched) }

/** Collects garbage until all are gone, or the time is up, and returns the names of those that are left. */
internal fun survivors(watched: Watched, patience: Duration = Duration.ofSeconds(30)): Set<String> {
    val deadline = Instant.now() + patience
    var left = watched
    do {
        System.gc()
        // Not get(), which would put a strong reference into this frame.
        left = left.filterValues { !it.refersTo(null) }
    } while (left.isNotEmpty() && Instant.now() < deadline)
    return left.keys
}

/** Gives the body a pool of one thread, and ends it afterwards. */
internal fun <T> withPool(body: (ExecutorService) -> T): T {
    val pool = Executors.newSingleThreadExecutor()
    try {
        return body(pool)
    } finally {
        pool.shutdown()
    }
}

/** Runs the work on the pool's thread and returns its result: once this is back, the thread is idle or about to be. */
internal fun <T> ExecutorService.ask(work: () -> T): T = submit(work).get(30, TimeUnit.SECONDS)
