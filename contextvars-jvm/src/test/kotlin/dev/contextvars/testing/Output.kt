// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import java.io.ByteArrayOutputStream
import java.io.PrintStream

/** The standard output, to which the examples of the documentation print. */
object Output {
    /** Returns the lines that any thread prints while the block runs. */
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
