// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.LockSupport

/** Polls until the condition holds, and returns true; returns false after 30 seconds. */
fun pollUntil(condition: () -> Boolean): Boolean {
    val deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30)
    while (!condition()) {
        if (System.nanoTime() > deadline) return false
        LockSupport.parkNanos(100_000) // yields to the thread that changes the condition
    }
    return true
}
