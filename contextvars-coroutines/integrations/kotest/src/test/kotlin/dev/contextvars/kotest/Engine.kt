// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.kotest

import dev.contextvars.ContextVar
import io.kotest.common.KotestInternal
import io.kotest.core.config.AbstractProjectConfig
import io.kotest.core.spec.Spec
import io.kotest.core.spec.SpecRef
import io.kotest.engine.TestEngineLauncher
import io.kotest.engine.listener.CollectingTestEngineListener
import kotlin.reflect.KClass

internal const val DEFAULT = "none"

internal val value = ContextVar("value", DEFAULT)

/** Runs a spec with Kotest's own launcher, and returns the result of each test: `ok`, or the failure's message. */
@OptIn(KotestInternal::class) // there is no other launcher for one spec
internal suspend fun resultsOf(
    spec: KClass<out Spec>,
    project: AbstractProjectConfig? = null,
): Map<String, String> {
    val listener = CollectingTestEngineListener()
    val launcher = TestEngineLauncher().withListener(listener).withSpecRefs(SpecRef.Reference(spec))
    val errors = (if (project == null) launcher else launcher.withProjectConfig(project)).execute().errors
    check(errors.isEmpty()) { "the engine fails: $errors" }
    return listener.tests.entries.associate { (test, result) ->
        test.name.name to if (result.isSuccess) "ok" else "${result.errorOrNull?.message}"
    }
}
