// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextEnteredException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

class WrapSpec : FunSpec({
    val context = Context().with(user, "alice")

    test("wrap returns a function without parameters that runs in the context") {
        val read: () -> String = { user.get() }
        context.wrap(read)() shouldBe "alice"
        user.get() shouldBe "nobody"
    }

    test("wrap returns a function of one parameter that runs in the context") {
        context.wrap { greeting: String -> "$greeting ${user.get()}" }("hello") shouldBe "hello alice"
    }

    test("wrap returns a function of two parameters that runs in the context") {
        context.wrap { first: Int, second: Int -> "${user.get()} ${first - second}" }(5, 3) shouldBe "alice 2"
    }

    test("a wrapped function does not run while its context is entered") {
        var calls = 0
        val wrapped = context.wrap { _: Int -> calls++ }
        context.execute { shouldThrow<ContextEnteredException> { wrapped(1) } }
        calls shouldBe 0
    }

    test("an element is a coroutine context of one element") {
        val element = context.asElement()
        element[element.key] shouldBeSameInstanceAs element
        element.fold(0) { count, _ -> count + 1 } shouldBe 1
    }
})
