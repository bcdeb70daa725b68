// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage

import dev.contextvars.Context
import dev.contextvars.ContextRequiredException
import dev.contextvars.ContextSwap
import dev.contextvars.SharedThreads
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs

class ReceivedSpec : FunSpec({
    val received = allListed().read("tenant=acme,plan=PAID")
    val nothing = allListed().read("tenant=%zz")

    test("set sets the variables in the current context, and no others") {
        Context().run {
            count.set(1)
            tenant.set("before")
            received.set()
            tenant.get() shouldBe "acme"
            plan.get() shouldBe Plan.PAID
            count.get() shouldBe 1
            ContextSwap.current()!!.size() shouldBe 3
        }
    }

    test("set can be repeated, in other contexts too") {
        repeat(2) { Context().run { received.set().also { received.set() } } }
        Context().run { tenant.isSet } shouldBe false
    }

    test("set with nothing received does nothing and creates no context") {
        nothing.isEmpty shouldBe true
        onNewThread {
            nothing.set()
            ContextSwap.current() shouldBe null
        }
        Context().run {
            tenant.set("before")
            nothing.set()
            tenant.get() shouldBe "before"
        }
    }

    test("set without a context creates the thread's own, as any set does") {
        onNewThread {
            received.set()
            tenant.get() shouldBe "acme"
            ContextSwap.current() shouldNotBe null
        }
    }

    test("set without a context on a shared thread throws, and sets nothing") {
        SharedThreads.add { it.name == "shared" }.use {
            onNewThread("shared") {
                shouldThrow<ContextRequiredException> { received.set() }
                ContextSwap.current() shouldBe null
                nothing.set()
            }
        }
    }

    test("in returns a copy with the values, and leaves the context as it is") {
        val context = Context().also { it.run { listOf(count.set(1), tenant.set("before")) } }
        val copy = received.`in`(context)
        copy[tenant] shouldBe "acme"
        copy[plan] shouldBe Plan.PAID
        copy[count] shouldBe 1
        context[tenant] shouldBe "before"
        context.size() shouldBe 2
        copy.run { tenant.set("changed") }
        context[tenant] shouldBe "before"
        received[tenant] shouldBe "acme"
    }

    test("in with nothing received returns a plain copy") {
        val context = Context().also { it.run { tenant.set("before") } }
        val copy = nothing.`in`(context)
        copy shouldNotBeSameInstanceAs context
        copy.asMap() shouldBe context.asMap()
    }

    test("read sets nothing, on any thread") {
        onNewThread {
            allListed().read("tenant=acme").isEmpty shouldBe false
            ContextSwap.current() shouldBe null
        }
        allListed().read(null as String?) shouldBeSameInstanceAs allListed().read("")
    }

    test("threads that read and write at the same time each get their own values, and all are counted") {
        val baggage = allListed()
        val threads = List(4) { thread ->
            Thread {
                repeat(10_000) { round ->
                    val text = "t$thread-$round"
                    val header = baggage.headerAfter { listOf(tenant.set(text), count.set(round.toLong())) }
                    check(header == "tenant=$text,count=$round") { header.toString() }
                    check(baggage.read("$header,plan=NONE")[tenant] == text)
                    done.incrementAndGet()
                }
            }
        }
        threads.forEach(Thread::start)
        threads.forEach(Thread::join)
        done.get() shouldBe 40_000
        baggage.ignoredCount() shouldBe 40_000
    }
})

private val done = java.util.concurrent.atomic
    .AtomicInteger()

/** Runs the body on a thread that has no context, and throws what it throws. */
internal fun onNewThread(name: String = "new thread", body: () -> Unit) {
    val result = java.util.concurrent.CompletableFuture<Unit>()
    Thread({ runCatching(body).fold(result::complete, result::completeExceptionally) }, name).start()
    try {
        result.join()
    } catch (failure: java.util.concurrent.CompletionException) {
        throw failure.cause ?: failure
    }
}
