// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.hamt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger

/** Two threads that use one iterator do not crash (gh-154535). */
class HamtSharedIteratorSpec : FunSpec({
    test("two threads with one iterator get valid entries or NoSuchElementException") {
        seeded { random ->
            // Up to four entries per node in seven levels, so that the threads change nodes often.
            val keys = (0 until (1 shl 14)).filter { random.nextBoolean() }.map { bits ->
                keyAt("k$bits", *IntArray(7) { level -> bits shr 2 * level and 3 })
            }
            val map = hamtOf(keys)
            val pool = Executors.newFixedThreadPool(2)
            try {
                val faults = (1..500).flatMap {
                    val iterator = map.iterator()
                    val ready = AtomicInteger()
                    val drain = Callable {
                        ready.incrementAndGet()
                        while (ready.get() < 2) Thread.yield() // the other thread may need this processor
                        drain(iterator, 100 * map.size())
                    }
                    pool.invokeAll(listOf(drain, drain)).map { it.get() }
                }
                faults.filterNotNull().shouldBeEmpty()
            } finally {
                pool.shutdown()
            }
        }
    }
})

/** Reads an iterator to its end, with and without hasNext. Returns the first error, or null. */
private fun drain(iterator: Iterator<Map.Entry<Key, String>>, limit: Int): String? {
    try {
        repeat(limit) { step ->
            if (step % 2 == 0 && !iterator.hasNext()) return null
            val (key, value) = iterator.next()
            if (value !== key.name) return "$key=$value mixes two entries"
        }
        return "endless"
    } catch (_: NoSuchElementException) {
        return null
    } catch (crash: Exception) {
        return crash.toString()
    }
}
