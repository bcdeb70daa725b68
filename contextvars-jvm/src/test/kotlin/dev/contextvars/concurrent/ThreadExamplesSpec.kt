// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent

import dev.contextvars.Context
import dev.contextvars.isolateEachTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.SECONDS

class ThreadExamplesSpec : FunSpec({
    isolateEachTest()
    val pool = Executors.newSingleThreadScheduledExecutor(poolThreads())
    afterSpec { pool.shutdownNow() }

    val log = LinkedBlockingQueue<String>()
    val examples = ThreadExamples(log::add)

    test("a task in a pool") {
        examples.pool(pool).get(30, SECONDS) shouldBe "acme"
    }

    test("a periodic task") {
        val task = examples.periodic(pool)
        ThreadExamples.TENANT.set("other")
        List(3) { log.poll(30, SECONDS) } shouldBe List(3) { "acme" }
        task.cancel(false)
        pool.submit { }.get(30, SECONDS)
        log.clear()
    }

    test("an idle thread") {
        examples.idle(pool).get(30, SECONDS) shouldBe false
    }

    test("a thread for a task") {
        val thread = examples.threadForTask()
        ThreadExamples.TENANT.set("other")
        thread.start()
        log.poll(30, SECONDS) shouldBe "acme"
    }

    test("a stage in the context of the code that adds it") {
        val reply = CompletableFuture<String>()
        val stage = examples.stage(pool, reply)
        Context().execute { reply.complete("done") }
        stage.get(30, SECONDS)
        log.poll() shouldBe "done for acme"
    }

    test("a delayed task") {
        examples.delayed(pool).get(30, SECONDS) shouldBe "acme"
    }

    test("a parallel stream") {
        val orders = List(1_000) { "order $it" }
        examples.stream(orders) shouldBe orders.map { "$it for acme" }
    }
})
