// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Modifier
import java.util.concurrent.Callable
import java.util.function.BiConsumer
import java.util.function.BiFunction
import java.util.function.Consumer
import java.util.function.Function
import java.util.function.Supplier

class ContextWrapSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar("v", 0)

    /** What is in the brackets of wrap: wraps a body that is given "a" and "b", or fewer, and calls the result. */
    class Overload(
        val type: Class<*>,
        val givesValue: Boolean = true,
        val call: Context.(body: (String) -> Int) -> Int?,
    )

    val overloads = listOf(
        Overload(Runnable::class.java, givesValue = false) { body -> null.also { wrap(Runnable { body("") }).run() } },
        Overload(Callable::class.java) { body -> wrap(Callable { body("") }).call() },
        Overload(Supplier::class.java) { body -> wrap(Supplier { body("") }).get() },
        Overload(Function::class.java) { body -> wrap(Function<String, Int> { a -> body(a) }).apply("a") },
        Overload(BiFunction::class.java) { body ->
            wrap(BiFunction<String, String, Int> { a, b -> body(a + b) }).apply("a", "b")
        },
        Overload(Consumer::class.java, givesValue = false) { body ->
            null.also { wrap(Consumer<String> { a -> body(a) }).accept("a") }
        },
        Overload(BiConsumer::class.java, givesValue = false) { body ->
            null.also { wrap(BiConsumer<String, String> { a, b -> body(a + b) }).accept("a", "b") }
        },
    )

    overloads.forEach { overload ->
        val name = "wrap(${overload.type.simpleName})"

        test("$name runs the body in the context, with the arguments, and gives its value") {
            val ctx = Context()
            var seen: Pair<Context?, String>? = null
            val value = overload.call(ctx) { arguments -> 42.also { seen = ThreadCells.current() to arguments } }
            val arguments = mapOf(1 to "a", 2 to "ab")[
                overload.type.methods
                    .single {
                        Modifier.isAbstract(it.modifiers)
                    }.parameterCount,
            ]
            seen shouldBe (ctx to arguments.orEmpty())
            value shouldBe if (overload.givesValue) 42 else null
        }

        test("$name leaves what a call sets in the context, and the caller's as it is") {
            val ctx = Context()
            repeat(2) { overload.call(ctx) { v.set(v.get() + 1).oldValue.hashCode() } }
            ctx[v] shouldBe 2
            v.get() shouldBe 0
        }

        test("$name lets the body's exception pass, and the context may be entered again") {
            val ctx = Context()
            val failure = IOException("disk")
            shouldThrow<IOException> { overload.call(ctx) { throw failure } } shouldBeSameInstanceAs failure
            ctx.run { 42 } shouldBe 42
        }

        test("$name refuses the call while the context is entered, and does not get to the body") {
            val ctx = Context()
            var ran = false
            ctx.execute { shouldThrow<ContextEnteredException> { overload.call(ctx) { 0.also { ran = true } } } }
            ran shouldBe false
        }

        test("$name without a body is refused at once, and the argument named") {
            shouldThrow<NullPointerException> {
                try {
                    Context::class.java.getMethod("wrap", overload.type).invoke(Context(), null)
                } catch (e: InvocationTargetException) {
                    throw e.targetException
                }
            }.message shouldBe "body"
        }
    }

    test("a wrapped body takes and gives null where its type does") {
        val orNull = Context().wrap(Function<String?, String?> { it })
        orNull.apply(null) shouldBe null
    }

    test("Kotlin takes a lambda whose type is not named for a Runnable or a Consumer") {
        val task: Runnable = Context().wrap { v.get() }
        val consumer: Consumer<Int> = Context().wrap { value: Int -> v.set(value) }
        val pairs: BiConsumer<Int, Int> = Context().wrap { a: Int, b: Int -> v.set(a + b) }
        listOf(task, consumer, pairs).size shouldBe 3
    }

    test("a copy for each makes bodies that may run at the same time") {
        v.set(1)
        val here = Context.copyContext()
        val (outer, inner) = List(2) { here.copy() }
        outer.wrap(Supplier { v.set(2).run { inner.wrap(Supplier { v.get() }).get() } }).get() shouldBe 1
    }
})
