// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import java.lang.ref.Reference

/**
 * Looks into the threads of this JVM for a context left behind; shared with the other modules as source.
 *
 * It reads the ThreadLocal maps of other threads by reflection (Surefire opens java.lang): a probe task would only reach
 * the threads of a pool that happen to run it.
 */
object ThreadCells {
    private val cell = field(Class.forName("dev.contextvars.ThreadState"), "CELL").get(null)
    private val threadLocals = field(Thread::class.java, "threadLocals")
    private val table = field(threadLocals.type, "table")
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
    fun dirtyThreadsAfter(): List<Thread> = if (pollUntil { dirtyThreads().isEmpty() }) emptyList() else dirtyThreads()

    // Only reads: the map's own look-up also removes stale entries, which is safe on the map's thread alone.
    private fun contentOf(thread: Thread): Array<*> {
        val map = threadLocals.get(thread) ?: return emptyArray<Any?>()
        val entry = (table.get(map) as Array<*>).find { (it as Reference<*>?)?.get() === cell }
        return entry?.let(entryValue::get) as Array<*>? ?: emptyArray<Any?>()
    }

    private fun field(owner: Class<*>, name: String) = owner.getDeclaredField(name).apply { isAccessible = true }
}
