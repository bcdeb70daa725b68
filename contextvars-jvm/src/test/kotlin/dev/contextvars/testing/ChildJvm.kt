// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import java.io.File
import java.nio.file.Files
import java.util.concurrent.TimeUnit
import kotlin.io.path.deleteIfExists
import kotlin.io.path.readLines
import kotlin.io.path.readText

/** Runs programs in JVMs of their own, of the running JVM's version and with the tests' class path. */
object ChildJvm {
    private val classPath = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")

    /**
     * Runs the class's `main`, and returns the lines `name=result` that it prints, in order.
     *
     * Fails with all that it printed if it does not exit with 0 in time.
     */
    fun run(main: String, arguments: List<String> = listOf(), options: List<String> = listOf()): Map<String, String> {
        val output = Files.createTempFile("child-jvm", ".txt")
        val java = File(System.getProperty("java.home"), "bin/java").path
        val process = ProcessBuilder(listOf(java, "-cp", classPath) + options + main + arguments)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
        try {
            val ended = process.waitFor(5, TimeUnit.MINUTES) // seconds, unless it hangs
            check(
                ended && process.exitValue() == 0,
            ) { "$main ${if (ended) "failed" else "hangs"}: ${output.readText()}" }
            return output.readLines().filter { '=' in it }.associate {
                it.substringBefore(
                    '=',
                ) to it.substringAfter('=')
            }
        } finally {
            process.destroyForcibly().waitFor()
            output.deleteIfExists()
        }
    }
}
