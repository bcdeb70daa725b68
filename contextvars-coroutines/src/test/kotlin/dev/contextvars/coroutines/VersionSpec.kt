// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldEndWith
import kotlinx.coroutines.Job
import kotlinx.coroutines.test.TestScope

class VersionSpec : FunSpec({
    listOf(Job::class, TestScope::class).forEach { type ->
        test("${type.simpleName} is of the kotlinx.coroutines that the build wants tested") {
            type.java.protectionDomain.codeSource.location.path shouldEndWith
                "-${System.getProperty("coroutines.test.version")}.jar"
        }
    }
})
