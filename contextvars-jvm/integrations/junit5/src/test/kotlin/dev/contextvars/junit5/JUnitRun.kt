// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5

import dev.contextvars.testing.ThreadCells
import org.junit.platform.engine.TestExecutionResult
import org.junit.platform.engine.discovery.DiscoverySelectors.selectClass
import org.junit.platform.engine.support.descriptor.ClassSource
import org.junit.platform.engine.support.descriptor.MethodSource
import org.junit.platform.launcher.TestExecutionListener
import org.junit.platform.launcher.TestIdentifier
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder
import org.junit.platform.launcher.core.LauncherFactory
import java.util.TreeMap

/**
 * A program that runs classes with JUnit's launcher, and prints how often each method had which result.
 *
 * The arguments are the classes, in this package, and configuration parameters as `name=value`.
 */
internal object JUnitRun {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val (parameters, classes) = arguments.partition { '=' in it }
        val request = LauncherDiscoveryRequestBuilder
            .request()
            .selectors(classes.map { selectClass("${javaClass.packageName}.$it") })
            .configurationParameters(parameters.associate { it.substringBefore('=') to it.substringAfter('=') })
            .build()
        val results = Results()
        LauncherFactory.create().execute(request, results)
        results.print()
        println("threads with a context=${ThreadCells.dirtyThreads().size}")
    }
}

private class Results : TestExecutionListener {
    private val ofMethods = TreeMap<String, MutableList<String>>()

    @Synchronized // tests may run in parallel
    override fun executionFinished(test: TestIdentifier, result: TestExecutionResult) {
        val isSuccessful = result.status == TestExecutionResult.Status.SUCCESSFUL
        if (test.isTest || !isSuccessful) {
            val text = if (isSuccessful) "ok" else text(result.throwable.get())
            ofMethods.getOrPut(name(test)) { mutableListOf() } += text
        }
    }

    fun print() {
        ofMethods.forEach { (method, results) ->
            val counts = results.groupingBy { it }.eachCount().map { (text, count) -> "$count $text" }
            println("$method=${counts.sorted().joinToString()}")
        }
    }

    private fun name(test: TestIdentifier): String = when (val source = test.source.orElse(null)) {
        is MethodSource -> "${source.className.substringAfterLast('.')}.${source.methodName}"
        is ClassSource -> source.className.substringAfterLast('.')
        else -> test.displayName
    }

    private fun text(failure: Throwable): String {
        val suppressed = failure.suppressed.filterNot { it.javaClass.name.startsWith("org.junit.") }
        val message = "${failure.message}".replace(Regex("0x[0-9a-f]+"), "0x…").lines().joinToString(" ")
        return (listOf("${failure.javaClass.simpleName}: $message") + suppressed.map(::text)).joinToString(" + ")
    }
}
