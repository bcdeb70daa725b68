// SPDX-License-Identifier: Apache-2.0
package shop

import org.junit.platform.engine.TestExecutionResult
import org.junit.platform.engine.discovery.DiscoverySelectors.selectClass
import org.junit.platform.launcher.TestExecutionListener
import org.junit.platform.launcher.TestIdentifier
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder
import org.junit.platform.launcher.core.LauncherFactory
import kotlin.system.exitProcess

/** Runs the tests of the classes in the arguments, and prints what became of each; see TestingPageSpec. */
internal object RunTests : TestExecutionListener {
    @JvmStatic
    fun main(args: Array<String>) {
        for (className in args) {
            val request = LauncherDiscoveryRequestBuilder.request().selectors(selectClass(className)).build()
            LauncherFactory.create().execute(request, this)
        }
        exitProcess(0) // whatever threads the engines have left
    }

    override fun executionFinished(test: TestIdentifier, result: TestExecutionResult) {
        if (test.isTest) println("${test.displayName}=${result.throwable.map { "$it" }.orElse("passed")}")
    }
}
