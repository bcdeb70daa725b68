// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import java.lang.management.ManagementFactory
import kotlin.io.path.Path

/** Starts a main class in a JVM of its own, on this one's class path; what it logs goes to this standard error. */
internal fun startJvm(options: List<String>, mainClass: String, vararg arguments: String): Process {
    val java = Path(System.getProperty("java.home"), "bin", "java").toString()
    // In debug mode, which is on where assertions are, each dispatch would rename its thread.
    val common = listOf("-Dkotlinx.coroutines.debug=off", "-cp", System.getProperty("java.class.path"))
    return ProcessBuilder(listOf(java) + options + common + mainClass + arguments)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
}

/** Returns the CPU time that the live Java threads have used so far: the compiler's and collector's are none. */
internal fun cpuOfJavaThreads(): Long {
    val threads = ManagementFactory.getThreadMXBean()
    // It is -1 for one that has just ended.
    return threads.allThreadIds.sumOf { threads.getThreadCpuTime(it).coerceAtLeast(0) }
}
