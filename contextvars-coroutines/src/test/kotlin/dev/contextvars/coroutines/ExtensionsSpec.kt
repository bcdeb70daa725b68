// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextEnteredException
import dev.contextvars.ContextVar
import dev.contextvars.UnboundVariableException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

private val localeVar = ContextVar("locale", "root")
private var locale by localeVar

private val requestVar = ContextVar<String>("request")
private val request by requestVar

/** A variable as a property, `var locale by localeVar`, and `wrap` for Kotlin functions. */
class ExtensionsSpec : CoroutineSpec({
    test("a property reads and writes its variable in the current context") {
        val ctx = Context()
        ctx.run {
            locale shouldBe "root"
            locale = "fr"
            locale shouldBe "fr"
            localeVar.get() shouldBe "fr"
        }
        ctx[localeVar] shouldBe "fr"
    }

    test("a property of a variable without a value or default throws") {
        shouldThrow<UnboundVariableException> { request }.variable shouldBe requestVar
    }

    coroutineTest("a property has its coroutine's value") {
        withContext(one + Context().asElement()) {
            locale = "parent"
            launch {
                locale shouldBe "parent"
                locale += "'s child"
                resumedElsewhere()
                locale shouldBe "parent's child"
            }.join()
            locale shouldBe "parent"
        }
    }

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
})
