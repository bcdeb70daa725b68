// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.log4j

import dev.contextvars.logging.testing.ChildProcess
import dev.contextvars.logging.testing.OpenTelemetryAgent
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldMatch
import kotlin.io.path.name

/** Beside OpenTelemetry's agent, which takes its time to start: in the profile `agent`. */
class AgentSpec : FunSpec({
    test("the agent's trace id shows beside the variables").config(enabled = OpenTelemetryAgent.isThere) {
        // The agent brings its own provider, and logging fails with both.
        val classPath = ChildProcess.own.filterNot { "log4j-context-data" in it.name }
        val line = ChildProcess(TracedChild::class.java, classPath, OpenTelemetryAgent.options)
            .lines()
            .single { "child: inside" in it }
        line shouldMatch Regex("""ERROR \[\{.*\btenant=acme, .*\btrace_id=([0-9a-f]{32})\b.*}] child: inside \1""")
    }
})
