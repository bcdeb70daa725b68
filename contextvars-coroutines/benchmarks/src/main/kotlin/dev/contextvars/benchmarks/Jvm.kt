// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks

import kotlin.io.path.Path

/** Starts [mainClass] in another JVM with this one's class path; what it logs goes to this standard error. */
internal fun startJvm(options: List<String>, mainClass: Class<*>, vararg arguments: String): Process {
    val java = Path(System.getProperty("java.home"), "bin", "java").toString()
    // In debug mode, the default where assertions are enabled, each dispatch renames its thread.
    val common = listOf("-Dkotlinx.coroutines.debug=off", "-cp", System.getProperty("java.class.path"))
    return ProcessBuilder(listOf(java) + options + common + mainClass.name + arguments)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
}

/** Returns the CPU time that the live Java threads have used so far, in nanoseconds. */
internal fun cpuOfJavaThreads(): Long = WorkerCpu.cpuTimes().values.sum()
