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

    test("the example of a pool logs the submitter's value") {
        examples.pool(pool).get(30, SECONDS) shouldBe "acme"
    }

    test("the example of a periodic task logs the submitter's value in each run") {
        val task = examples.periodic(pool)
        ThreadExamples.TENANT.set("other")
        List(3) { log.poll(30, SECONDS) } shouldBe List(3) { "acme" }
        task.cancel(false)
        pool.submit { }.get(30, SECONDS)
        log.clear()
    }

    test("the example of an idle thread finds no value") {
        examples.idle(pool).get(30, SECONDS) shouldBe false
    }

    test("the example of a thread logs its creator's value") {
        val thread = examples.threadForTask()
        ThreadExamples.TENANT.set("other")
        thread.start()
        log.poll(30, SECONDS) shouldBe "acme"
    }

    test("the example of a stage logs the value of the code that adds it") {
        val reply = CompletableFuture<String>()
        val stage = examples.stage(pool, reply)
        Context().execute { reply.complete("done") }
        stage.get(30, SECONDS)
        log.poll() shouldBe "done for acme"
    }

    test("the example of a delayed task returns the submitter's value") {
        examples.delayed(pool).get(30, SECONDS) shouldBe "acme"
    }

    test("the example of a parallel stream returns the caller's value in all elements") {
        val orders = List(1_000) { "order $it" }
        examples.stream(orders) shouldBe orders.map { "$it for acme" }
    }
})
