// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.model

import org.jetbrains.lincheck.Lincheck
import java.io.File
import java.util.concurrent.TimeUnit.SECONDS
import kotlin.system.exitProcess

/**
 * Runs the [OwnershipScenarios] with Lincheck in a child JVM.
 *
 * Lincheck rewrites the classes that a scenario uses, including those of the JDK. The other specs must not use them.
 */
internal object ModelChecker {
    private const val HEADER = "== "
    private const val HOLDS = ": holds"
    private const val BROKEN = ": broken"

    @JvmStatic
    fun main(args: Array<String>) {
        val invocations = args.single().toInt()
        OwnershipScenarios.byPromise.forEach { (promise, scenario) ->
            val failure = runCatching { Lincheck.runConcurrentTest(invocations, scenario) }.exceptionOrNull()
            println("$HEADER$promise${if (failure == null) HOLDS else BROKEN}")
            failure?.let { println(it.stackTraceToString()) } // the message shows the threads' steps side by side
        }
        exitProcess(0) // Lincheck's threads are not daemon threads
    }

    /**
     * Runs each scenario in [invocations] interleavings, and returns a text by promise: empty, or the failure.
     *
     * @throws IllegalStateException if the JVM does not end in time, or fails
     */
    fun check(invocations: Int): Map<String, String> {
        val output = File.createTempFile("model-checker", ".txt")
        try {
            val process = ProcessBuilder(
                "${System.getProperty("java.home")}/bin/java",
                "-Xmx700m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading", // from JDK 21 on, a warning without it
                "-Dcontextvars.guard=off", // Lincheck does not switch threads after a StackWalker has run
                "-cp",
                System.getProperty("java.class.path"),
                javaClass.name,
                "$invocations",
            ).redirectErrorStream(true).redirectOutput(output).start()
            // 13 scenarios take a minute on two idle cores; the limit only ends a hang.
            val ended = process.waitFor(600L + invocations / 3, SECONDS)
            process.destroyForcibly()
            check(ended && process.exitValue() == 0) { "The model checker failed:\n${output.readText()}" }
            return resultsIn(output.readText())
        } finally {
            output.delete()
        }
    }

    private fun resultsIn(output: String): Map<String, String> =
        "\n$output".split("\n$HEADER").drop(1).associate { result ->
            val title = result.substringBefore('\n')
            val trace = result.substringAfter('\n', "")
            title.removeSuffix(HOLDS).removeSuffix(BROKEN) to if (title.endsWith(HOLDS)) "" else trace
        }
}
