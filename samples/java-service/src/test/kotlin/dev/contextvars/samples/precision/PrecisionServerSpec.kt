// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision

import dev.contextvars.Context
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.util.concurrent.Executors
import kotlin.random.Random

class PrecisionServerSpec : FunSpec({
    val workers = Executors.newFixedThreadPool(3)
    val server = PrecisionServer(0, Executors.newFixedThreadPool(8), workers, noOrders)
    val client = Client(server.port())
    afterSpec {
        server.close()
        workers.shutdown()
    }

    test("a result has the number of digits in the query") {
        client.get("/sqrt?of=2&digits=50") shouldBe
            Reply(200, "1.4142135623730950488016887242096980785696718753769")
    }

    test("a result has the number of digits in the header X-Digits") {
        client.get("/divide?of=1&by=7", "X-Digits" to "5") shouldBe Reply(200, "0.14286")
    }

    test("the query takes precedence over the header") {
        client.get("/divide?of=1&by=7&digits=3", "X-Digits" to "5") shouldBe Reply(200, "0.143")
    }

    test("a request without digits uses 28, whatever the previous request set") {
        PrecisionServer(0, Executors.newSingleThreadExecutor(), workers, noOrders).use {
            val oneByOne = Client(it.port())
            oneByOne.get("/pi?digits=5") shouldBe Reply(200, "3.1416")
            oneByOne.get("/pi") shouldBe Reply(200, Oracle.pi(28))
        }
    }

    test("a server uses the values of the context that created it as defaults") {
        val brief = Context().run {
            Precision.set(4)
            PrecisionServer(0, Executors.newSingleThreadExecutor(), workers, noOrders)
        }
        brief.use { Client(it.port()).get("/divide?of=2&by=3") shouldBe Reply(200, "0.6667") }
    }

    test("each of 600 concurrent requests has the result for its own precision") {
        val seed = Random.nextInt()
        val random = Random(seed)
        val questions = List(600) { question(random) }
        val replies = questions.map { client.getAsync(it.path) }.map { it.join() }
        withClue("seed $seed") {
            questions.zip(replies).filter { (question, reply) -> reply != question.answer }.shouldBeEmpty()
        }
        withClue("threads of the pools that still have a context") {
            ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
        }
    }
})

private class Question(val path: String, val answer: Reply) {
    override fun toString() = "$path -> $answer"
}

private fun question(random: Random): Question {
    val digits = if (random.nextInt(20) == 0) 1_000 else random.nextInt(1, 120)
    val n = random.nextInt(2, 1_000).toString()
    return when (random.nextInt(3)) {
        0 -> Question("/sqrt?of=$n&digits=$digits", Reply(200, Oracle.sqrt(n, digits)))
        1 -> Question("/divide?of=1&by=$n&digits=$digits", Reply(200, Oracle.divide("1", n, digits)))
        else -> Question("/pi?digits=$digits", Reply(200, Oracle.pi(digits)))
    }
}
