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

/** What SIGTERM does, to a service in a process of its own. */
class ShutdownSpec : FunSpec({
    test("a call in flight when SIGTERM comes is finished, then the database closes, and the process ends") {
        ServiceProcess().use { service ->
            Socket("127.0.0.1", service.port).use { socket ->
                val body = draft()
                socket.say(
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
                socket.say(body)
                answer.readLine() shouldBe "HTTP/1.1 201 Created"
            }
            service.exitCode() shouldBe SIGTERM_EXIT
            val logged = service.lines().map { it.substringAfter("] ").substringBefore(" (") }
            logged shouldContainInOrder
                listOf("orders: order 1 placed for Grace", "access: POST /orders -> 201", "server: stopped")
        }
    }

    test("the connections to the database are closed with the server") {
        val service = Service()
        service.start()
        service.stop()
        service.database.isClosed shouldBe true
    }

    test("a service without calls ends at SIGTERM") {
        ServiceProcess().use { service ->
            service.terminate()
            service.exitCode() shouldBe SIGTERM_EXIT
            service.lines().last() shouldContain "server: stopped"
        }
    }
})

private const val SIGTERM_EXIT = 128 + 15

private fun Socket.say(vararg lines: String) = getOutputStream().write(lines.joinToString("\r\n").toByteArray())

/** The service's main function in another JVM, on a free port; killed if it is still there at the end. */
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

    // Reading a line cannot be interrupted; the end of the process ends it.
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

    /** All lines, once the process has ended. */
    fun lines(): List<String> = seen + output.readLines()

    override fun close() {
        process.destroyForcibly()
        watchdog.join()
    }
}
