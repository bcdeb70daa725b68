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

class BindingsSpec : FunSpec({
    isolateEachTest()

    val a = ContextVar<Int?>("a", 0)
    val b = ContextVar<Int>("b", 0)
    val both = Bindings.of(a, 1).and(b, 2)

    test("set sets all variables, and close resets them") {
        a.set(9)
        both.set().use { a.get() to b.get() shouldBe (1 to 2) }
        a.get() shouldBe 9
        b.isSet shouldBe false
    }

    test("a variable can be bound to null") {
        Bindings.of(a, null).set()
        a.isSet shouldBe true
        a.get().shouldBeNull()
    }

    test("the last of two values of a variable wins, and close resets both") {
        a.set(9)
        val scope = both.and(a, 3).set()
        a.get() shouldBe 3
        scope.close()
        a.get() shouldBe 9
        b.isSet shouldBe false
    }

    test("and returns new bindings and leaves the old ones unchanged") {
        val one = Bindings.of(a, 1)
        one.and(b, 2)
        one.set()
        b.isSet shouldBe false
    }

    test("bindings can be set more than once, on any thread") {
        repeat(2) { both.set().use { a.get() shouldBe 1 } }
        onNewThread {
            both.set()
            a.get() to b.get()
        } shouldBe (1 to 2)
    }

    test("close resets only its own variables, including later values of them") {
        val other = ContextVar<Int>("other")
        val scope = both.set()
        a.set(5)
        other.set(6)
        scope.close()
        Context.copyContext().asMap() shouldContainExactly mapOf(other to 6)
    }

    test("a second close throws TokenUsedException and changes nothing") {
        val scope = both.set()
        scope.close()
        a.set(5)
        shouldThrow<TokenUsedException> { scope.close() }
        a.get() shouldBe 5
    }

    test("close in another context throws WrongContextException and changes nothing") {
        val scope = both.set()
        Context.copyContext().execute {
            shouldThrow<WrongContextException> { scope.close() }
            a.get() to b.get() shouldBe (1 to 2)
        }
        onNewThread { shouldThrow<WrongContextException> { scope.close() } }
        scope.close()
        a.isSet shouldBe false
        b.isSet shouldBe false
    }

    test("set and close throw while another thread is in the context and change nothing") {
        val ctx = Context()
        val scope = ctx.run { both.set() }
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

    test("run, call and execute set the variables for the body and reset them") {
        val seen = mutableListOf<Int?>()
        both.run { a.get() } shouldBe 1
        both.call { b.get() } shouldBe 2
        both.execute { seen += listOf(a.get(), b.get()) }
        seen shouldContainExactly listOf(1, 2)
        a.isSet shouldBe false
        b.isSet shouldBe false
    }

    test("run and call reset the variables after a body that throws") {
        val failure = IllegalArgumentException("from the body")
        shouldThrow<IllegalArgumentException> { both.run { throw failure } } shouldBeSameInstanceAs failure
        shouldThrow<IOException> { both.call { throw IOException("checked") } }
        failure.suppressed.shouldBeEmpty()
        a.isSet shouldBe false
    }

    test("run throws if the body ends in another context") {
        onNewThread { shouldThrow<WrongContextException> { both.run { ContextSwap.swap(Context()) } } }
    }

    test("a failed reset is suppressed under the body's exception") {
        val failure = onNewThread {
            shouldThrow<IllegalArgumentException> {
                both.execute {
                    ContextSwap.swap(Context())
                    throw IllegalArgumentException("from the body")
                }
            }
        }
        failure.suppressed.single().shouldBeInstanceOf<WrongContextException>()
    }

    test("toString shows the values in the order of binding, and no redacted value") {
        val secret = ContextVar.builder<String>("secret").redacted().build()
        Bindings
            .of(b, 2)
            .and(secret, "hunter2")
            .and(a, null)
            .toString() shouldBe "{b=2, secret=<redacted>, a=null}"
    }
})
