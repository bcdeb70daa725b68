// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextVar
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlin.reflect.KType
import kotlin.reflect.typeOf

/** The types that Kotlin infers from the core's nullness. That this file compiles without a warning is a test, too. */
class NullabilitySpec : FunSpec({
    val text = ContextVar("text", "default")
    val nullable = ContextVar<String?>("nullable", null)
    val ctx = Context()

    test("a variable of String returns String") {
        typeGivenBy { text.get() } shouldBe typeOf<String>()
        typeGivenBy { text.get("fallback") } shouldBe typeOf<String>()
        val length: Int = text.get().length
        length shouldBe 7
    }

    test("a variable of String? returns String?") {
        typeGivenBy { nullable.get() } shouldBe typeOf<String?>()
        typeGivenBy { nullable.get("fallback") } shouldBe typeOf<String?>()
        nullable.get()?.length.shouldBeNull()
    }

    test("get of a context returns a nullable type") {
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

    test("null can be a value") {
        ctx.run {
            nullable.set("text")
            nullable.set(null)
            nullable.isSet() shouldBe true
            nullable.get("fallback").shouldBeNull()
        }
        (nullable in ctx) shouldBe true
        ctx.getValue(nullable).shouldBeNull()
    }

    test("run returns its body's type") {
        typeGivenBy { ctx.run { 42 } } shouldBe typeOf<Int>()
        typeGivenBy { ctx.run { nullable.get() } } shouldBe typeOf<String?>()
    }
})

/** The type that the compiler infers for a block. A platform type, String!, would count as not nullable. */
private inline fun <reified T> typeGivenBy(
    @Suppress("UNUSED_PARAMETER") block: () -> T,
): KType = typeOf<T>()
