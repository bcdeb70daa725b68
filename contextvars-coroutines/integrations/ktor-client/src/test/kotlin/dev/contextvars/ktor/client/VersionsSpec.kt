// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor.client

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.plugins.logging.Logger
import io.ktor.server.netty.Netty
import java.io.File

class VersionsSpec : FunSpec({
    test("the specs run with the version and the engines that the build names") {
        val ktor = System.getProperty("ktor.expected.version")
        jar(HttpClient::class.java) shouldBe "ktor-client-core-jvm-$ktor.jar"
        jar(Logger::class.java) shouldBe "ktor-client-logging-jvm-$ktor.jar"
        jar(Netty::class.java) shouldBe "ktor-server-netty-jvm-$ktor.jar"
        engines.keys.joinToString() shouldBe System.getProperty("ktor.expected.engines")
        engines.values.map { jar(it.javaClass) } shouldBe
            engines.keys.map { "ktor-client-${it.lowercase()}-jvm-$ktor.jar" }
    }
})

private fun jar(type: Class<*>): String = File(
    type.protectionDomain.codeSource.location
        .toURI(),
).name
