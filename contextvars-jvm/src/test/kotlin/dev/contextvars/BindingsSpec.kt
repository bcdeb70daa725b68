// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

class BindingsSpec : FunSpec({
    isolateEachTest()

    val a = ContextVar<Int?>("a", 0)
    val b = ContextVar<Int>("b", 0)

    test("set sets all the variables, and the scope resets all") {
        a.set(9)
        Bindings
            .of(a, 1)
            .and(b, 2)
            .set()
            .use {
                a.get() shouldBe 1
                b.get() shouldBe 2
            }
        a.get() shouldBe 9
        b.isSet shouldBe false
    }

    test("a null is a value to bind") {
        Bindings.of(a, null).set()
        a.isSet shouldBe true
        a.get().shouldBeNull()
    }

    test("of two values for one variable the later counts, and the scope takes back both") {
        a.set(9)
        val scope = Bindings
            .of(a, 1)
            .and(b, 2)
            .and(a, 3)
            .set()
        a.get() shouldBe 3
        scope.close()
        a.get() shouldBe 9
        b.isSet shouldBe false
    }

    test("bindings do not change: and gives others") {
        val one = Bindings.of(a, 1)
        one.and(b, 2)
        one.set()
        b.isSet shouldBe false
    }

    test("bindings can be set again and again, on any thread") {
        val both = Bindings.of(a, 1).and(b, 2)
        repeat(2) { both.set().use { a.get() shouldBe 1 } }
        onNewThread {
            both.set()
            a.get() to b.get()
        } shouldBe (1 to 2)
    }

    test("the scope resets its variables, whatever was set of them and of others meanwhile") {
        val other = ContextVar<Int>("other")
        val scope = Bindings.of(a, 1).and(b, 2).set()
        a.set(5)
        other.set(6)
        scope.close()
        Context.copyContext().asMap() shouldContainExactly mapOf(other to 6)
    }

    test("a scope is closed once") {
        val scope = Bindings.of(a, 1).and(b, 2).set()
        scope.close()
        a.set(5)
        shouldThrow<TokenUsedException> { scope.close() }
        a.get() shouldBe 5
    }

    test("close is refused in another context, resets nothing there, and is possible where the scope was set") {
        val scope = Bindings.of(a, 1).and(b, 2).set()
        Context.copyContext().execute {
            shouldThrow<WrongContextException> { scope.close() }
            a.get() shouldBe 1
            b.get() shouldBe 2
        }
        onNewThread { shouldThrow<WrongContextException> { scope.close() } }
        scope.close()
        a.isSet shouldBe false
        b.isSet shouldBe false
    }

    test("set and close are refused whole while another thread is in the context, and close is possible after") {
        val ctx = Context()
        val scope = ctx.run {
            Bindings
                .of(a, 1)
                .and(b, 2)
                .set()
        }
        ctx.execute {
            onNewThread {
                ContextSwap.swap(ctx)
                shouldThrow<ContextContendedException> { Bindings.of(a, 3).and(b, 4).set() }
                shouldThrow<ContextContendedException> { scope.close() }
            }
            ctx.asMap() shouldContainExactly mapOf(a to 1, b to 2)
            scope.close()
        }
        ctx.isEmpty shouldBe true
    }

    test("other threads see all the variables set, or none") {
        val ctx = Context()
        val both = Bindings.of(a, 1).and(b, 2)
        val owner = thread { ctx.execute { repeat(100_000) { both.set().close() } } }
        var halves = 0
        do {
            if (ctx.size() == 1) halves++
        } while (owner.isAlive)
        halves shouldBe 0
    }

    test("of two threads that close one scope, one does") {
        repeat(200) {
            val ctx = Context()
            val scope = ctx.run { Bindings.of(a, 1).and(b, 2).set() }
            val start = CyclicBarrier(2)
            val wins = AtomicInteger()
            val racers = List(2) {
                thread {
                    ContextSwap.swap(ctx)
                    start.await(30, TimeUnit.SECONDS)
                    runCatching { scope.close() }.onSuccess { wins.incrementAndGet() }
                }
            }
            racers.forEach { it.join() }
            wins.get() shouldBe 1
            ctx.isEmpty shouldBe true
        }
    }

    test("run, call and execute set the variables for the body and reset them") {
        val both = Bindings.of(a, 1).and(b, 2)
        val seen = mutableListOf<Int?>()
        both.run { a.get() } shouldBe 1
        both.call { b.get() } shouldBe 2
        both.execute { seen += listOf(a.get(), b.get()) }
        seen shouldContainExactly listOf(1, 2)
        a.isSet shouldBe false
        b.isSet shouldBe false
    }

    test("run resets the variables after a body that throws") {
        val failure = IllegalArgumentException("from the body")
        val bindings = Bindings.of(a, 1)
        shouldThrow<IllegalArgumentException> { bindings.run { throw failure } } shouldBeSameInstanceAs failure
        shouldThrow<IOException> { bindings.call { throw IOException("checked") } }
        failure.suppressed.shouldBeEmpty()
        a.isSet shouldBe false
    }

    test("run throws if the body ends in another context") {
        onNewThread {
            shouldThrow<WrongContextException> { Bindings.of(a, 1).run { ContextSwap.swap(Context()) } }
        }
    }

    test("run adds a failed reset to the exception of the body as suppressed") {
        val failure = onNewThread {
            shouldThrow<IllegalArgumentException> {
                Bindings.of(a, 1).execute {
                    ContextSwap.swap(Context())
                    throw IllegalArgumentException("from the body")
                }
            }
        }
        failure.suppressed.single().shouldBeInstanceOf<WrongContextException>()
    }

    test("toString shows the values in the order of binding, but no redacted one") {
        val secret = ContextVar.builder<String>("secret").redacted().build()
        Bindings
            .of(b, 2)
            .and(secret, "s3cret")
            .and(a, null)
            .toString() shouldBe "{b=2, secret=<redacted>, a=null}"
    }
})
