// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.ktor

import dev.contextvars.benchmarks.cpuOfJavaThreads
import dev.contextvars.benchmarks.startJvm
import io.ktor.server.application.serverConfig
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import kotlinx.coroutines.runBlocking
import java.util.concurrent.TimeUnit

/**
 * A contender's service in a JVM of its own, so that its CPU time can be told from the client's: prints its port, then,
 * for each line it reads, the CPU time used so far; ends with its input, and so with the JVM that started it.
 */
internal object KtorServer {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val contender = Contender.valueOf(arguments[0])
        val config = serverConfig {
            parentCoroutineContext = contender.parent()
            module { with(contender) { service() } }
        }
        val server = embeddedServer(Netty, config) {
            connector {
                host = "127.0.0.1"
                port = 0
            }
        }
        server.start(wait = false)
        println(runBlocking { server.engine.resolvedConnectors() }.single().port)
        while (readlnOrNull() != null) println(cpuOfJavaThreads())
        server.stop(gracePeriodMillis = 0, timeoutMillis = 1_000)
    }
}

/** The other end: starts a [KtorServer], and asks it. */
internal class ServerProcess(
    val contender: Contender,
) : AutoCloseable {
    private val process =
        startJvm(listOf("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"), KtorServer::class.java.name, contender.name)
    private val output = process.inputStream.bufferedReader()
    private val input = process.outputStream.bufferedWriter()

    val port = answer().toInt()

    /** Returns the CPU time of the server's Java threads so far, in nanoseconds. */
    fun cpu(): Long {
        input.write("cpu\n")
        input.flush()
        return answer().toLong()
    }

    private fun answer() = checkNotNull(output.readLine()) { "the server of $contender has ended" }

    override fun close() {
        input.close()
        if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly()
    }
}
