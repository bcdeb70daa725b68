// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.leaks

import java.lang.ref.WeakReference
import java.time.Duration
import java.time.Instant
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

/** Weak references to objects that must be collected, by name. */
internal typealias Watched = Map<String, WeakReference<*>>

/** Returns weak references to objects by name. The caller must drop its own references. */
internal fun watch(vararg objects: Pair<String, Any>): Watched =
    objects.associate { (name, watched) -> name to WeakReference(watched) }

/** Collects garbage until all objects are collected or the time is up, and returns the names of the others. */
internal fun survivors(watched: Watched, timeout: Duration = Duration.ofSeconds(30)): Set<String> {
    val deadline = Instant.now() + timeout
    var remaining = watched
    do {
        System.gc()
        // Not get(), which would create a strong reference in this frame.
        remaining = remaining.filterValues { !it.refersTo(null) }
    } while (remaining.isNotEmpty() && Instant.now() < deadline)
    return remaining.keys
}

/** Passes a pool of one thread to the body, and shuts it down afterwards. */
internal fun <T> withPool(body: (ExecutorService) -> T): T {
    val pool = Executors.newSingleThreadExecutor()
    try {
        return body(pool)
    } finally {
        pool.shutdown()
    }
}

/** Runs the task on the pool's thread and returns its result. */
internal fun <T> ExecutorService.invoke(task: () -> T): T = submit(task).get(30, TimeUnit.SECONDS)
