// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import java.io.File

/** Makes a mistake and prints what came of it, for a JVM without the flight recorder; see [MisuseSpec]. */
internal object WithoutFlightRecorder {
    @JvmStatic
    fun main(args: Array<String>) {
        check(!ModuleLayer.boot().findModule("jdk.jfr").isPresent) { "this JVM has the flight recorder" }
        print(runCatching { Context().exit() }.exceptionOrNull()?.javaClass?.simpleName)
    }

    /** Runs [main] in a small JVM, and returns what it printed. */
    fun run(): String {
        val classPath = listOf(Context::class, WithoutFlightRecorder::class, Unit::class)
            .map {
                it.java.protectionDomain.codeSource.location
                    .toURI()
                    .path
            }.joinToString(File.pathSeparator)
        val java = "${System.getProperty("java.home")}/bin/java"
        return ProcessBuilder(java, "--limit-modules=java.base", "-cp", classPath, javaClass.name)
            .redirectErrorStream(true)
            .start()
            .inputStream
            .bufferedReader()
            .readText()
    }
}
