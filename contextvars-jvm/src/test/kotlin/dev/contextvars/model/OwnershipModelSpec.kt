// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.model

import dev.contextvars.testing.ChildJvm
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.jetbrains.lincheck.Lincheck
import kotlin.system.exitProcess

/**
 * Checks the ownership protocol, as the essay in `ContextState` describes it, with Lincheck.
 *
 * Lincheck runs the real classes, switches threads at chosen reads and writes, and prints the interleaving that breaks a
 * promise. Its interleavings are sequentially consistent: see [MemoryOrderSpec] for the memory order.
 * `-Dcontextvars.model.invocations=N` sets the number of interleavings; the profile `stress` sets 10,000.
 */
class OwnershipModelSpec : FunSpec({
    val invocations = Integer.getInteger("contextvars.model.invocations", 500)
    val promises = OwnershipScenarios.byPromise.keys

    // Two JVMs at the same time: one scenario uses one processor.
    val broken by lazy {
        val halves = promises.withIndex().groupBy({ it.index % 2 }, { it.value }).values
        val results = halves.parallelStream().map { ModelChecker.check(invocations, it) }.toList()
        results.reduce { one, other -> one + other }
    }

    promises.forEach { promise ->
        test(promise) { broken[promise] shouldBe "" }
    }
})

/**
 * Runs [OwnershipScenarios] in a child JVM.
 *
 * Lincheck rewrites the classes that a scenario uses, including those of the JDK. The other specs must not use them.
 */
internal object ModelChecker {
    /** Replaces line breaks, so that a result is one line. */
    private const val BREAK = "<br>"

    /** The arguments are the number of invocations, and the promises of the scenarios. */
    @JvmStatic
    fun main(args: Array<String>) {
        for (promise in args.drop(1)) {
            val scenario = OwnershipScenarios.byPromise.getValue(promise)
            val failure = runCatching { Lincheck.runConcurrentTest(args[0].toInt(), scenario) }.exceptionOrNull()
            // The message shows the threads' steps side by side.
            println("$promise=${failure?.stackTraceToString().orEmpty().replace("\n", BREAK)}")
        }
        exitProcess(0) // Lincheck's threads are not daemon threads
    }

    /** Runs the scenarios in [invocations] interleavings each, and returns a text by promise: empty, or the failure. */
    fun check(invocations: Int, promises: List<String>): Map<String, String> = ChildJvm
        .run(
            javaClass.name,
            arguments = listOf("$invocations") + promises,
            options = listOf(
                ChildJvm.C2,
                "-Xmx700m",
                "-XX:+EnableDynamicAgentLoading", // from JDK 21 on, a warning without it
                "-Dcontextvars.guard=off", // Lincheck does not switch threads after a StackWalker has run
            ),
            minutes = 10L + invocations / 180, // 14 scenarios take a minute on two idle cores
        ).mapValues { (_, trace) -> trace.replace(BREAK, "\n") }
}
