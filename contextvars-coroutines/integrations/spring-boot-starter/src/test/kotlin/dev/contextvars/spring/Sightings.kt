// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.testing.pollUntil
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger

/** What code reads after its handler: often the client has its answer before. */
internal class Sightings {
    private val count = AtomicInteger()
    private val wrong = ConcurrentLinkedQueue<String>()

    /** Records what code of the user's request has read. */
    fun add(user: String?, vararg read: String) {
        if (read.any { it != user }) wrong += "$user: ${read.toList()}"
        count.incrementAndGet()
    }

    /** Waits for a number of sightings since the last call, and returns the wrong ones. */
    fun wrongOf(expected: Int): List<String> {
        check(pollUntil { count.get() >= expected }) { "${count.get()} sightings instead of $expected" }
        count.set(0)
        return wrong.toList().also { wrong.clear() }
    }
}
