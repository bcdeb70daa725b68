// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.micrometer.context.ContextRegistry
import reactor.core.publisher.Mono
import java.io.File

class VersionsSpec : FunSpec({
    test("the specs run with the versions that the build names") {
        jar(ContextRegistry::class.java) shouldBe
            "context-propagation-${System.getProperty("micrometer.propagation.expected.version")}.jar"
        jar(Mono::class.java) shouldBe "reactor-core-${System.getProperty("reactor.expected.version")}.jar"
    }
})

private fun jar(type: Class<*>): String = File(
    type.protectionDomain.codeSource.location
        .toURI(),
).name
