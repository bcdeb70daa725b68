// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.net.ConnectException
import java.net.InetAddress
import java.net.Socket
import java.nio.file.Path
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds

class ShutdownSpec : FunSpec({
    test("close waits for the active request, then releases the port") {
        val computing = CountDownLatch(1)
        val mayFinish = CountDownLatch(1)
        val slow = Executor { task ->
            computing.countDown()
            mayFinish.await()
            task.run()
        }
        val server = PrecisionServer(0, Executors.newFixedThreadPool(2), slow, noOrders)
        val reply = Client(server.port()).getAsync("/pi?digits=5")
        computing.await()

        val closing = thread { server.close() }
        eventually(30.seconds) { closing.state shouldBe Thread.State.TIMED_WAITING }
        mayFinish.countDown()

        reply.join() shouldBe Reply(200, "3.1416")
        closing.join(30_000)
        shouldThrow<ConnectException> { Socket(InetAddress.getLoopbackAddress(), server.port()) }
    }

    test("the process shuts down cleanly on SIGTERM") {
        val process = ProcessBuilder(java, "-cp", classPath, Main::class.java.name, "0").start()
        val output = process.inputReader()
        val port = output.readLine().substringAfterLast(':').toInt()
        Client(port).get("/pi?digits=5") shouldBe Reply(200, "3.1416")

        process.toHandle().destroy() // SIGTERM; Process.destroy would close the output too

        output.readLine() shouldBe "stopped"
        process.waitFor(30, TimeUnit.SECONDS) shouldBe true
    }
})

private val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()

private val classPath = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
