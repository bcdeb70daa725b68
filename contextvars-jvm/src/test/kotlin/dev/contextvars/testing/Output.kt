// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import java.io.ByteArrayOutputStream
import java.io.PrintStream

/** The standard output, as the examples in the documentation use it. */
object Output {
    /** Returns the lines that are written while the block runs, by whichever thread. */
    fun of(block: () -> Unit): List<String> {
        val before = System.out
        val bytes = ByteArrayOutputStream()
        System.setOut(PrintStream(bytes, true, Charsets.UTF_8))
        try {
            block()
        } finally {
            System.setOut(before)
        }
        return bytes.toString(Charsets.UTF_8).lines().dropLastWhile { it.isEmpty() }
    }
}
