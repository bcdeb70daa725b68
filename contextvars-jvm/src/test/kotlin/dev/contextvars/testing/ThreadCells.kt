// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import java.time.Duration
import java.time.Instant

/**
 * Looks into the threads of this JVM for a context left behind; shared with the other modules as source.
 *
 * It reads the ThreadLocal maps of other threads by reflection (Surefire opens java.lang): a probe task would only reach
 * the threads of a pool that happen to run it.
 */
object ThreadCells {
    private val cell = field(Class.forName("dev.contextvars.ThreadState"), "CELL").get(null)
    private val threadLocals = field(Thread::class.java, "threadLocals")
    private val getEntry =
        threadLocals.type.getDeclaredMethod("getEntry", ThreadLocal::class.java).apply { isAccessible = true }
    private val entryValue = field(Class.forName("java.lang.ThreadLocal\$ThreadLocalMap\$Entry"), "value")

    /** Returns the context that is current on the calling thread. */
    fun current(): Context? = ContextSwap.current()

    /** Returns the threads that hold a context, be it current or one of their own. */
    fun dirtyThreads(): List<Thread> =
        Thread.getAllStackTraces().keys.filter { thread -> contentOf(thread).any { it != null } }

    /**
     * Waits until no thread holds a context, and returns those that still do when the time is up: a coroutine's last
     * thread restores after the coroutine has gone on elsewhere.
     */
    fun dirtyThreadsAfter(patience: Duration = Duration.ofSeconds(10)): List<Thread> {
        val deadline = Instant.now() + patience
        var dirty = dirtyThreads()
        while (dirty.isNotEmpty() && Instant.now() < deadline) {
            Thread.onSpinWait()
            dirty = dirtyThreads()
        }
        return dirty
    }

    private fun contentOf(thread: Thread): Array<*> {
        val map = threadLocals.get(thread) ?: return emptyArray<Any?>()
        val entry = getEntry.invoke(map, cell) ?: return emptyArray<Any?>()
        return entryValue.get(entry) as Array<*>? ?: emptyArray<Any?>()
    }

    private fun field(owner: Class<*>, name: String) = owner.getDeclaredField(name).apply { isAccessible = true }
}
