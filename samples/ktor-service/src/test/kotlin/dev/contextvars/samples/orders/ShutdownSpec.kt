// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.orders

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainInOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import java.io.BufferedReader
import java.net.Socket
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** Tests the effect of SIGTERM on a service in a separate process. */
class ShutdownSpec : FunSpec({
    test("SIGTERM ends the process after the active call has completed") {
        ServiceProcess().use { service ->
            Socket("127.0.0.1", service.port).use { socket ->
                val body = draft()
                socket.send(
                    "POST /orders HTTP/1.1",
                    "Host: localhost",
                    "X-Tenant: acme",
                    "Content-Type: application/json",
                    "Content-Length: ${body.length}",
                    "Connection: close",
                    "",
                    "",
                )
                val answer = socket.getInputStream().bufferedReader()
                service.awaitLine { "access: POST /orders begins" in it }
                service.terminate()
                service.awaitLine { "stopping, 1 calls in flight" in it }
                socket.send(body)
                answer.readLine() shouldBe "HTTP/1.1 201 Created"
            }
            service.exitCode() shouldBe SIGTERM_EXIT
            val logged = service.lines().map { it.substringAfter("] ").substringBefore(" (") }
            logged shouldContainInOrder
                listOf("orders: order 1 placed for Grace", "access: POST /orders -> 201", "server: stopped")
        }
    }

    test("stopping the server closes the connections to the database") {
        val service = Service()
        service.start()
        service.stop()
        service.database.isClosed shouldBe true
    }

    test("SIGTERM ends a service without active calls") {
        ServiceProcess().use { service ->
            service.terminate()
            service.exitCode() shouldBe SIGTERM_EXIT
            service.lines().last() shouldContain "server: stopped"
        }
    }
})

private const val SIGTERM_EXIT = 128 + 15

private fun Socket.send(vararg lines: String) = getOutputStream().write(lines.joinToString("\r\n").toByteArray())

/** Runs the service's main function in another JVM, on a free port. Closing kills a process that is still running. */
private class ServiceProcess : AutoCloseable {
    private val process = ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        "-Dport=0",
        "-Dlog.level=debug",
        "dev.contextvars.samples.orders.MainKt",
    ).redirectErrorStream(true).start()
    private val output: BufferedReader = process.inputStream.bufferedReader()
    private val seen = mutableListOf<String>()

    // readLine() cannot be interrupted; it returns when the process ends.
    private val watchdog = thread(isDaemon = true) {
        if (!process.waitFor(60, TimeUnit.SECONDS)) process.destroyForcibly()
    }

    val port: Int = Regex(""":(\d+)/orders,""").find(awaitLine { "Orders are taken" in it })!!.groupValues[1].toInt()

    fun awaitLine(condition: (String) -> Boolean): String {
        while (true) {
            val line = checkNotNull(output.readLine()) { "the process ended:\n${seen.joinToString("\n")}" }
            seen += line
            if (condition(line)) return line
        }
    }

    /** Sends SIGTERM; unlike the process, its handle leaves the output readable. */
    fun terminate() {
        process.toHandle().destroy()
    }

    fun exitCode(): Int = process.waitFor()

    /** Returns all lines, after the process has ended. */
    fun lines(): List<String> = seen + output.readLines()

    override fun close() {
        process.destroyForcibly()
        watchdog.join()
    }
}
