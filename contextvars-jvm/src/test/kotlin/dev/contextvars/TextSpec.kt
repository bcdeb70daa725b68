// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

class TextSpec : FunSpec({
    isolateEachTest()

    val a = ContextVar<Int>("a")

    test("toString of a variable shows its name and number") {
        a.toString() shouldMatch "<ContextVar name='a' at 0x[0-9a-f]+>"
        a.toString() shouldBe a.toString()
        a.toString() shouldNotBe ContextVar<Int>("a").toString()
    }

    test("toString of a variable shows its default") {
        ContextVar("a", 123).toString() shouldMatch "<ContextVar name='a' default=123 at 0x[0-9a-f]+>"
        ContextVar<Int?>("a", null).toString() shouldContain "default=null at"
    }

    test("toString of a variable whose default refers to it terminates") {
        val list = mutableListOf<Any>()
        val v = ContextVar<List<Any>>("v", list)
        list += v
        v.toString() shouldContain "default=[<ContextVar name='v' default=... at 0x"
        v.toString() shouldBe v.toString()
    }

    test("toString shows the default in full on two threads at the same time") {
        val both = CyclicBarrier(2)
        val v = ContextVar<Any>(
            "v",
            object {
                override fun toString(): String = "whole".also { both.await(30, TimeUnit.SECONDS) }
            },
        )
        val texts = arrayOfNulls<String>(2)
        List(2) { thread { texts[it] = v.toString() } }.forEach { it.join() }
        texts.forEach { it.orEmpty() shouldContain "default=whole" }
    }

    test("toString succeeds after a toString of the default has failed") {
        var fails = true
        val v = ContextVar<Any>(
            "v",
            object {
                override fun toString(): String = if (fails) error("no text") else "text"
            },
        )
        shouldThrow<IllegalStateException> { v.toString() }
        fails = false
        v.toString() shouldContain "default=text"
    }

    test("toString of a token shows its variable and whether it is used") {
        val token = a.set(1)
        token.toString() shouldMatch "<Token var=<ContextVar name='a' at 0x[0-9a-f]+> at 0x[0-9a-f]+>"
        val number = token.toString().substringAfterLast(" at ")
        a.reset(token)
        token.toString() shouldMatch "<Token used var=<ContextVar name='a' at 0x[0-9a-f]+> at 0x[0-9a-f]+>"
        token.toString().substringAfterLast(" at ") shouldBe number
    }

    test("toString of MISSING is that of CPython") {
        Token.MISSING.toString() shouldBe "<Token.MISSING>"
    }

    test("toString of a context shows its number and no values") {
        val ctx = Context()
        val secret = ContextVar<String>("secret")
        ctx.execute { secret.set("hunter2") }
        ctx.toString() shouldMatch "<Context object at 0x[0-9a-f]+>"
        ctx.toString() shouldNotContain "hunter2"
    }

    test("the message of a missing value is the variable's text") {
        shouldThrow<UnboundVariableException> { a.get() }.message shouldBe "$a"
        shouldThrow<UnboundVariableException> { Context().getValue(a) }.message shouldBe "$a"
    }

    test("dump returns the context's text and one line per variable, sorted by name") {
        val password = ContextVar.builder<String>("password").redacted().build()
        val tenant = ContextVar<String?>("tenant")
        val attempt = ContextVar<Int>("attempt")
        val ctx = Context().with(Bindings.of(tenant, null).and(password, "hunter2").and(attempt, 1))
        ctx.dump() shouldBe
            listOf("$ctx, 3 variables", "  attempt=1", "  password=<redacted>", "  tenant=null")
                .joinToString(System.lineSeparator())
    }

    test("variables with the same name are sorted by creation") {
        val twins = List(2) { ContextVar<Int>("v") }
        val ctx = Context().with(Bindings.of(twins[1], 1).and(twins[0], 0))
        ctx.dump().lines().drop(1) shouldBe listOf("  v=0", "  v=1")
    }

    test("dump uses the singular for one variable, and returns one line for none") {
        val (empty, one) = Context() to Context().with(ContextVar("v"), 1)
        empty.dump() shouldBe "$empty, 0 variables"
        one.dump().lines() shouldBe listOf("$one, 1 variable", "  v=1")
    }
})
