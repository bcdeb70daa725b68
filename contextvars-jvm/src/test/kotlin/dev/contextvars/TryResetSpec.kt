// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

class TryResetSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar<Int>("v")

    test("tryReset resets the variable and says so") {
        v.set(1)
        val token = v.set(2)
        token.tryReset() shouldBe true
        v.get() shouldBe 1
        token.toString().startsWith("<Token used") shouldBe true
    }

    test("tryReset unbinds a variable that had no value, whatever was set of others meanwhile") {
        val token = v.set(1)
        val other = ContextVar<Int>("other")
        other.set(2)
        token.tryReset() shouldBe true
        v.isSet shouldBe false
        other.get() shouldBe 2
    }

    test("tryReset leaves a used token, and the variable, alone") {
        val token = v.set(1)
        v.reset(token)
        v.set(2)
        token.tryReset() shouldBe false
        v.get() shouldBe 2
    }

    test("tryReset leaves a token of another context alone, a copy's original included, to be used there") {
        val token = v.set(1)
        Context().run { token.tryReset() } shouldBe false
        Context.copyContext().run { token.tryReset() to v.get() } shouldBe (false to 1)
        v.get() shouldBe 1
        token.tryReset() shouldBe true
        v.isSet shouldBe false
    }

    test("tryReset leaves the token of a thread's own context alone on other threads") {
        val token = onNewThread { v.set(1) }
        token.tryReset() shouldBe false
        onNewThread { token.tryReset() } shouldBe false
        onNewThread {
            v.set(2)
            token.tryReset() to v.get()
        } shouldBe (false to 2)
    }

    test("tryReset works in its context on another thread, too") {
        val ctx = Context()
        val token = ctx.run { v.set(1) }
        onNewThread { ctx.run { token.tryReset() } } shouldBe true
        (v in ctx) shouldBe false
    }

    test("tryReset leaves a token alone while another thread is in its context, to be used after") {
        val ctx = Context()
        val token = ctx.run { v.set(1) }
        ctx.execute {
            onNewThread {
                ContextSwap.swap(ctx)
                token.tryReset()
            } shouldBe false
            ctx[v] shouldBe 1
            token.tryReset() shouldBe true
        }
    }

    test("of two threads that try one token, one resets") {
        repeat(200) {
            val ctx = Context()
            val token = ctx.run { v.set(1) }
            val start = CyclicBarrier(2)
            val wins = AtomicInteger()
            val racers = List(2) {
                thread {
                    ContextSwap.swap(ctx) // current on both: a swap does not mark the context as entered
                    start.await(30, TimeUnit.SECONDS)
                    if (token.tryReset()) wins.incrementAndGet()
                }
            }
            racers.forEach { it.join() }
            wins.get() shouldBe 1
        }
    }
})
