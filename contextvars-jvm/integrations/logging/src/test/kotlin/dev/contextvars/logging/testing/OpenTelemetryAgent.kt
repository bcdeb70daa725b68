// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging.testing

import java.io.File

/** The Java agent, which the profile `agent` copies; shared with the backends as source. */
internal object OpenTelemetryAgent {
    private val jar: File? = System.getProperty("opentelemetry.javaagent")?.let(::File)

    val isThere: Boolean = jar != null

    /** The options of a JVM in which the agent traces, and exports nothing. */
    val options: List<String> get() =
        listOf("traces", "metrics", "logs").map { "-Dotel.$it.exporter=none" } +
            listOf("-Dotel.javaagent.logging=none", "-javaagent:$jar")
}
