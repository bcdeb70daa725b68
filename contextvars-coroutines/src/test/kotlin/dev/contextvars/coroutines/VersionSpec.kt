// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.TestScope

class VersionSpec : FunSpec({
    listOf(Job::class, TestScope::class).forEach { type ->
        test("${type.simpleName} has the version of kotlinx.coroutines that the build selects") {
            type.java.protectionDomain.codeSource.location.path shouldEndWith
                "-${System.getProperty("coroutines.test.version")}.jar"
        }
    }

    test("the debug mode, with its thread element, is on unless the build disables it") {
        val isOn = runBlocking { currentCoroutineContext().toString().contains("CoroutineId") }
        isOn shouldBe (System.getProperty("kotlinx.coroutines.debug") != "off")
    }
})
