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
        test("${type.simpleName} is of the kotlinx.coroutines that the build wants tested") {
            type.java.protectionDomain.codeSource.location.path shouldEndWith
                "-${System.getProperty("coroutines.test.version")}.jar"
        }
    }

    test("coroutines have one thread element more than in production, unless the build wants them without") {
        val isOn = runBlocking { currentCoroutineContext().toString().contains("CoroutineId") }
        isOn shouldBe (System.getProperty("kotlinx.coroutines.debug") != "off")
    }
})
