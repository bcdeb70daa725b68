// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import java.lang.ref.Reference

/**
 * Finds the threads of this JVM that still have a context. Other modules compile this file from source.
 *
 * Reads the ThreadLocal maps of other threads by reflection (Surefire opens java.lang). A task in a pool could only
 * inspect the thread that runs it.
 */
object ThreadCells {
    private val cell = field(Class.forName("dev.contextvars.ThreadState"), "CELL").get(null)
    private val threadLocals = field(Thread::class.java, "threadLocals")
    private val table = field(threadLocals.type, "table")
    private val entryValue = field(Class.forName("java.lang.ThreadLocal\$ThreadLocalMap\$Entry"), "value")

    /** Returns the current context of the calling thread. */
    fun current(): Context? = ContextSwap.current()

    /** Returns the threads with a context, including an implicit one. */
    fun dirtyThreads(): List<Thread> =
        Thread.getAllStackTraces().keys.filter { thread -> contentOf(thread).any { it != null } }

    /**
     * Polls until no thread has a context, and returns the threads that still have one after 30 seconds. A thread may
     * restore its context after the coroutine has continued on another one.
     */
    fun dirtyThreadsAfter(): List<Thread> = if (pollUntil { dirtyThreads().isEmpty() }) emptyList() else dirtyThreads()

    // Only reads. The map's own lookup also removes stale entries, which is safe only on the map's thread.
    private fun contentOf(thread: Thread): Array<*> {
        val map = threadLocals.get(thread) ?: return emptyArray<Any?>()
        val entry = (table.get(map) as Array<*>).find { (it as Reference<*>?)?.get() === cell }
        return entry?.let(entryValue::get) as Array<*>? ?: emptyArray<Any?>()
    }

    private fun field(owner: Class<*>, name: String) = owner.getDeclaredField(name).apply { isAccessible = true }
}
