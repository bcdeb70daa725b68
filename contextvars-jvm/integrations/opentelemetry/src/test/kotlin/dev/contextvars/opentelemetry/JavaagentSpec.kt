// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry

import dev.contextvars.testing.ChildJvm
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import kotlin.io.path.exists

/** Beside OpenTelemetry's javaagent, in processes of their own. */
class JavaagentSpec : FunSpec({
    test("below the javaagent 15,000 checks in coroutines find no wrong value, in both orders") {
        val results = runBelowAgent("tracecontext", "coroutines")
        results.getValue("storage") shouldContain "Agent"
        val right = "${SideBySide.CHECKS} checks, 0 wrong variables, 0 wrong spans"
        results.getValue("variables first") shouldBe right
        results.getValue("span first") shouldBe right
        results.getValue("only ours") shouldContain " 0 wrong variables, "
        results.getValue("hop") shouldBe "globex from [tenant=globex]"
    }

    test("control: with its baggage propagator the javaagent replaces the header by the baggage that it received") {
        runBelowAgent("tracecontext,baggage").getValue("hop") shouldBe "acme from [tenant=acme]"
    }
})

/** Returns what [AgentMain] prints, by the name of the result. */
private fun runBelowAgent(propagators: String, vararg arguments: String): Map<String, String> {
    val agent = Path.of(System.getProperty("javaagent.jar"))
    check(agent.exists()) { "$agent: Maven copies it in the phase generate-test-resources" }
    return ChildJvm.run(
        AgentMain::class.java.name,
        arguments = arguments.toList(),
        options = listOf(
            "-javaagent:$agent",
            "-Dotel.propagators=$propagators",
            "-Dotel.traces.exporter=none",
            "-Dotel.metrics.exporter=none",
            "-Dotel.logs.exporter=none",
        ),
    )
}
