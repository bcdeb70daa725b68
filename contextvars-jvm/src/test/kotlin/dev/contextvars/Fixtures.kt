// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import com.sun.management.ThreadMXBean
import dev.contextvars.testing.TestThread
import io.kotest.core.spec.style.FunSpec
import java.lang.management.ManagementFactory
import java.lang.reflect.InvocationTargetException

/** Runs each test of a spec in its own context, so that no value remains on Kotest's thread. */
fun FunSpec.isolateEachTest() {
    aroundTest { (testCase, execute) ->
        val context = Context()
        context.enter()
        // These tests do not suspend: each ends on the thread it started on.
        try {
            execute(testCase)
        } finally {
            context.exit()
        }
    }
}

/** Runs the body on a new thread, which has no context, and returns its result or throws its exception. */
fun <T> onNewThread(name: String = "new thread", body: () -> T): T = TestThread(name).use { it(body) }

/** Removes every context from the calling thread. */
internal fun clean() {
    ContextSwap.detach(null)
    ContextSwap.swap(null)
}

/** Returns a context in which the body has run. */
internal fun contextAfter(body: () -> Unit) = Context().apply { execute(body) }

/** Returns null for a type that excludes it, as a Java caller may pass it. */
@Suppress("UNCHECKED_CAST")
internal fun <T> javaNull(): T = null as T

/** Runs a reflective call, and throws the exception of the called method unwrapped. */
internal fun <T> reflectively(call: () -> T): T = try {
    call()
} catch (e: InvocationTargetException) {
    throw e.targetException
}

/** Returns the bytes that the calling thread allocates in the body. Load on the machine does not change them. */
internal inline fun allocatedBytes(body: () -> Unit): Long {
    val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
    val before = threads.currentThreadAllocatedBytes
    body()
    return threads.currentThreadAllocatedBytes - before
}
