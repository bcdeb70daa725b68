// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.testing

import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.io.path.deleteIfExists
import kotlin.io.path.readLines
import kotlin.io.path.readText

/** Runs programs in child JVMs, by default of the same version and with the class path of the tests. */
object ChildJvm {
    /** An option for a program that must run as in production, in the code of C2. It starts more slowly. */
    const val C2 = "-XX:TieredStopAtLevel=4"

    /** In minutes; only ends a hang. */
    private const val LIMIT = 5L
    private val ownJava = Path.of(System.getProperty("java.home"), "bin", "java")

    /** The class path of the tests. */
    val ownClassPath: String = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")

    /**
     * Runs the class's `main`, and returns the lines `name=result` of its output, in order.
     *
     * @throws IllegalStateException as [lines]
     */
    fun run(
        main: String,
        arguments: List<String> = listOf(),
        options: List<String> = listOf(),
        java: Path = ownJava,
        classPath: String = ownClassPath,
        minutes: Long = LIMIT,
    ): Map<String, String> = lines(main, arguments, options, java, classPath, minutes)
        .filter { '=' in it }
        .associate { line -> line.substringBefore('=') to line.substringAfter('=') }

    /**
     * Runs the class's `main`, and returns all lines of its output.
     *
     * @throws IllegalStateException if the program does not exit with 0 in [minutes], with its output
     */
    fun lines(
        main: String,
        arguments: List<String> = listOf(),
        options: List<String> = listOf(),
        java: Path = ownJava,
        classPath: String = ownClassPath,
        minutes: Long = LIMIT,
    ): List<String> {
        val output = Files.createTempFile("child-jvm", ".txt") // a pipe may fill up
        val defaults = listOf("-cp", classPath, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        val process = ProcessBuilder(listOf("$java") + defaults + options + main + arguments)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
        try {
            val ended = process.waitFor(minutes, TimeUnit.MINUTES)
            check(ended && process.exitValue() == 0) { "$main failed or hangs: ${output.readText()}" }
            return output.readLines()
        } finally {
            process.destroyForcibly().waitFor()
            output.deleteIfExists()
        }
    }
}
