// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextVar
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlin.reflect.KType
import kotlin.reflect.typeOf

/** What Kotlin makes of the core's nullness: that this file compiles, with warnings as errors, is half of the test. */
class NullabilitySpec : FunSpec({
    val text = ContextVar("text", "default")
    val nullable = ContextVar<String?>("nullable", null)
    val ctx = Context()

    test("a variable of String gives String") {
        typeGivenBy { text.get() } shouldBe typeOf<String>()
        typeGivenBy { text.get("fallback") } shouldBe typeOf<String>()
        val length: Int = text.get().length
        length shouldBe 7
    }

    test("a variable of String? gives String?") {
        typeGivenBy { nullable.get() } shouldBe typeOf<String?>()
        typeGivenBy { nullable.get("fallback") } shouldBe typeOf<String?>()
        nullable.get()?.length.shouldBeNull()
    }

    test("a context gives null for what is not bound, and Kotlin knows") {
        typeGivenBy { ctx[text] } shouldBe typeOf<String?>()
        typeGivenBy { ctx[nullable] } shouldBe typeOf<String?>()
        typeGivenBy { ctx.get(text, "fallback") } shouldBe typeOf<String>()
        ctx[text].shouldBeNull()
    }

    test("a delegate has its variable's type") {
        val delegate by text
        val nullableDelegate by nullable
        typeGivenBy { delegate } shouldBe typeOf<String>()
        typeGivenBy { nullableDelegate } shouldBe typeOf<String?>()
    }

    test("null is a value like any other") {
        ctx.run {
            nullable.set("text")
            nullable.set(null)
            nullable.isSet() shouldBe true
            nullable.get("fallback").shouldBeNull()
        }
        (nullable in ctx) shouldBe true
        ctx.getValue(nullable).shouldBeNull()
    }

    test("run gives what its body gives, null or not") {
        typeGivenBy { ctx.run { 42 } } shouldBe typeOf<Int>()
        typeGivenBy { ctx.run { nullable.get() } } shouldBe typeOf<String?>()
    }
})

/** The type that the compiler infers for a block. A platform type, String!, would count as not nullable. */
private inline fun <reified T> typeGivenBy(
    @Suppress("UNUSED_PARAMETER") block: () -> T,
): KType = typeOf<T>()
