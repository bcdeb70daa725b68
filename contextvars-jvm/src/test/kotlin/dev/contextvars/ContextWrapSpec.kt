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

    /** Wraps a body that gets "a" and "b", or fewer, and calls the result. */
    class Wrapping(
        val name: String,
        val arguments: String,
        val returnsValue: Boolean,
        val call: Context.(body: (String) -> Int) -> Int?,
        val ofNull: () -> Any,
    )

    val wrappings = listOf(
        Wrapping(
            "wrap",
            "",
            false,
            { body -> null.also { wrap(Runnable { body("") }).run() } },
            { Context().wrap(nothing()) },
        ),
        Wrapping("wrapCallable", "", true, { body ->
            wrapCallable {
                body("")
            }.call()
        }, { Context().wrapCallable<Int>(nothing()) }),
        Wrapping("wrapSupplier", "", true, { body ->
            wrapSupplier {
                body("")
            }.get()
        }, { Context().wrapSupplier<Int>(nothing()) }),
        Wrapping(
            "wrapFunction",
            "a",
            true,
            { body -> wrapFunction { a: String -> body(a) }.apply("a") },
            { Context().wrapFunction<String, Int>(nothing()) },
        ),
        Wrapping(
            "wrapBiFunction",
            "ab",
            true,
            { body -> wrapBiFunction { a: String, b: String -> body(a + b) }.apply("a", "b") },
            { Context().wrapBiFunction<String, String, Int>(nothing()) },
        ),
        Wrapping(
            "wrapConsumer",
            "a",
            false,
            { body -> null.also { wrapConsumer { a: String -> body(a) }.accept("a") } },
            { Context().wrapConsumer<String>(nothing()) },
        ),
        Wrapping(
            "wrapBiConsumer",
            "ab",
            false,
            { body -> null.also { wrapBiConsumer { a: String, b: String -> body(a + b) }.accept("a", "b") } },
            { Context().wrapBiConsumer<String, String>(nothing()) },
        ),
    )

    wrappings.forEach { wrapping ->
        val name = wrapping.name

        test("$name runs the body in the context, passes the arguments and returns the value") {
            val ctx = Context()
            var seen: Pair<Context?, String>? = null
            val value = wrapping.call(ctx) { arguments -> 42.also { seen = ThreadCells.current() to arguments } }
            seen shouldBe (ctx to wrapping.arguments)
            value shouldBe if (wrapping.returnsValue) 42 else null
        }

        test("$name keeps what a call sets in the context and leaves the caller's unchanged") {
            val ctx = Context()
            repeat(2) { wrapping.call(ctx) { v.set(v.get() + 1).oldValue.hashCode() } }
            ctx[v] shouldBe 2
            v.get() shouldBe 0
        }

        test("$name throws the body's exception and exits the context") {
            val ctx = Context()
            val failure = IOException("disk")
            shouldThrow<IOException> { wrapping.call(ctx) { throw failure } } shouldBeSameInstanceAs failure
            ctx.run { 42 } shouldBe 42
        }

        test("$name rejects the call while the context is entered and does not run the body") {
            val ctx = Context()
            var ran = false
            ctx.execute { shouldThrow<ContextEnteredException> { wrapping.call(ctx) { 0.also { ran = true } } } }
            ran shouldBe false
        }

        test("$name rejects a null body and names the argument") {
            shouldThrow<NullPointerException> { wrapping.ofNull() }.message shouldBe "body"
        }
    }

    test("a wrapped body takes and returns null where its type does") {
        val orNull = Context().wrapFunction<String?, String?> { it }
        orNull.apply(null) shouldBe null
    }

    test("a Kotlin lambda needs no type name for any of the functions") {
        val answer: Supplier<Int> = Context().wrapSupplier { 42 }
        val length: Function<String, Int> = Context().wrapFunction { it.length }
        answer.get() + length.apply("four") shouldBe 46
    }

    test("bodies wrapped in copies may run at the same time") {
        v.set(1)
        val here = Context.copyContext()
        val (outer, inner) = List(2) { here.copy() }
        outer.wrapSupplier { v.set(2).run { inner.wrapSupplier { v.get() }.get() } }.get() shouldBe 1
    }
})
