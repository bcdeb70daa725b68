// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.util.function.Function
import java.util.function.Supplier

class ContextWrapSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar("v", 0)

    // Wraps a body, and calls the result with "a" and "b" if it takes arguments. A call without a result returns null.
    mapOf<String, Context.((String) -> Int) -> Int?>(
        "wrap" to { body -> wrap { body("") }.run().let { null } },
        "wrapCallable" to { body -> wrapCallable { body("") }.call() },
        "wrapSupplier" to { body -> wrapSupplier { body("") }.get() },
        "wrapFunction" to { body -> wrapFunction { a: String -> body(a) }.apply("a") },
        "wrapBiFunction" to { body -> wrapBiFunction { a: String, b: String -> body(a + b) }.apply("a", "b") },
        "wrapConsumer" to { body -> wrapConsumer { a: String -> body(a) }.accept("a").let { null } },
        "wrapBiConsumer" to
            { body -> wrapBiConsumer { a: String, b: String -> body(a + b) }.accept("a", "b").let { null } },
    ).forEach { (name, call) ->
        test("$name passes arguments and result of a body that runs in the context") {
            val ctx = Context()
            var seen: Pair<Context?, String>? = null
            val value = ctx.call { arguments -> 42.also { seen = ThreadCells.current() to arguments } }
            seen shouldBe (
                ctx to if ("Bi" in name) {
                    "ab"
                } else if ("Function" in name || "Consumer" in name) {
                    "a"
                } else {
                    ""
                }
            )
            value shouldBe if (name == "wrap" || "Consumer" in name) null else 42
        }

        test("$name changes the values of the context and not of the caller") {
            val ctx = Context()
            repeat(2) { ctx.call { v.set(v.get() + 1).let { 0 } } }
            ctx[v] shouldBe 2
            v.get() shouldBe 0
        }

        test("$name throws the body's exception and exits the context") {
            val ctx = Context()
            val failure = IOException("disk")
            shouldThrow<IOException> { ctx.call { throw failure } } shouldBeSameInstanceAs failure
            ctx.run { 42 } shouldBe 42
        }

        test("$name throws while the context is entered and does not run the body") {
            val ctx = Context()
            ctx.execute { shouldThrow<ContextEnteredException> { ctx.call { error("called") } } }
        }
    }

    test("a wrapped body accepts and returns null if its type does") {
        Context().wrapFunction<String?, String?> { it }.apply(null) shouldBe null
    }

    test("a Kotlin lambda needs no type name for any of the functions") {
        val answer: Supplier<Int> = Context().wrapSupplier { 42 }
        val length: Function<String, Int> = Context().wrapFunction { it.length }
        answer.get() + length.apply("four") shouldBe 46
    }

    test("a body wrapped in one copy can call a body wrapped in another copy") {
        v.set(1)
        val (outer, inner) = List(2) { Context.copyContext() }
        outer.wrapSupplier { v.set(2).run { inner.wrapSupplier { v.get() }.get() } }.get() shouldBe 1
    }
})
