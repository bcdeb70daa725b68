// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision

import com.fasterxml.jackson.databind.ObjectMapper
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.io.path.createTempFile
import kotlin.io.path.deleteExisting
import kotlin.io.path.readLines

private const val REQUESTS = 300

/** Tests the log of the service, which runs in a separate process. */
class LogSpec : FunSpec({
    test("each line, also of workers, has its request's tenant, request id and user") {
        val lines = logOf("-Dlog.level=debug") { client ->
            val replies = List(REQUESTS) { number ->
                client.getAsync(
                    "/pi?digits=${number + 1}",
                    "X-Tenant" to "tenant-${number + 1}",
                    "X-Request-Id" to "request-${number + 1}",
                    "X-User" to "user-${number + 1}",
                )
            }
            replies.forEach { it.join().status shouldBe 200 }
        }
        // A worker computes ten digits more than requested.
        val expected = lines.associateWith { line ->
            val digits =
                worker
                    .find(line)
                    ?.groupValues
                    ?.get(1)
                    ?.toInt()
                    ?.minus(10) ?: access.find(line)!!.groupValues[1].toInt()
            "[tenant-$digits request-$digits user-$digits]"
        }
        expected
            .filterNot { (line, values) -> values in line }
            .keys
            .take(10)
            .shouldBeEmpty()
        lines shouldHaveSize 5 * REQUESTS
    }

    test("a line is JSON with tenant, request id and user if log.format is json") {
        val line = logOf("-Dlog.format=json") { client ->
            client.get("/pi", "X-Tenant" to "acme", "X-Request-Id" to "r-1", "X-User" to "alice")
        }.single()
        val json = ObjectMapper().readTree(line)
        json["message"].textValue() shouldBe "GET /pi -> 200"
        listOf("tenant", "requestId", "user").map { json[it].textValue() } shouldBe listOf("acme", "r-1", "alice")
    }

    test("a header that could forge a log line is not logged") {
        val line = logOf { it.get("/pi", "X-Request-Id" to "r-1", "X-User" to "alice] INFO forged") }.single()
        ("[ r-1 ]" in line) shouldBe true
    }
})

private val worker = Regex("""to (\d+) digits""")
private val access = Regex("""digits=(\d+)""")

/** Starts the service, runs [sendRequests], stops the service and returns its log lines. */
private fun logOf(vararg options: String, sendRequests: (Client) -> Unit): List<String> {
    val log = createTempFile("service", ".log")
    try {
        val process = ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            *options,
            "-cp",
            System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path"),
            Main::class.java.name,
            "0",
        ).redirectError(log.toFile()).start()
        try {
            val output = process.inputReader()
            sendRequests(Client(output.readLine().substringAfterLast(':').toInt()))
            process.toHandle().destroy() // SIGTERM; Process.destroy would close the output too
            output.readLine() shouldBe "stopped"
            process.waitFor(60, TimeUnit.SECONDS) shouldBe true
        } finally {
            process.destroyForcibly()
        }
        return log.readLines()
    } finally {
        log.deleteExisting()
    }
}
