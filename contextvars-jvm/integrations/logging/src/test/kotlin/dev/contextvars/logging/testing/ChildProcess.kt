// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging.testing

import java.io.File
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.io.path.createTempFile
import kotlin.io.path.deleteExisting
import kotlin.io.path.readLines

/** A main class in another JVM, with a class path of its own; shared with the backends as source. */
internal class ChildProcess(
    private val main: Class<*>,
    private val classPath: List<Path>,
    private val options: List<String> = emptyList(),
) {
    /** Runs it to its end and returns all lines of its output. */
    fun lines(): List<String> {
        val output = createTempFile("child", ".txt") // a pipe would fill up while nobody reads
        try {
            val process = ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                *options.toTypedArray(),
                "-cp",
                classPath.joinToString(File.pathSeparator),
                main.name,
            ).redirectErrorStream(true).redirectOutput(output.toFile()).start()
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly()
                error("${main.name} does not end:\n${output.readLines().joinToString("\n")}")
            }
            return output.readLines()
        } finally {
            output.deleteExisting()
        }
    }

    companion object {
        /** The jar or folder that a class comes from. */
        fun pathOf(type: Class<*>): Path = Path.of(
            type.protectionDomain.codeSource.location
                .toURI(),
        )

        /** The class path of this JVM. */
        val own: List<Path> =
            (System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path"))
                .split(File.pathSeparator)
                .map(Path::of)
    }
}
