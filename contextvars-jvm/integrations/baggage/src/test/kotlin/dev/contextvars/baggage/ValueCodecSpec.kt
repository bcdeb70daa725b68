// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage

import dev.contextvars.ContextVar
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.Locale
import java.util.UUID

class ValueCodecSpec : FunSpec({
    fun <T : Any> accepted(codec: ValueCodec<T>, vararg texts: Pair<String, T>) = texts.forEach { (text, value) ->
        test("${value.javaClass.simpleName}: '$text' is read as $value, and written so that it is read again") {
            val variable = ContextVar<T>("v")
            val baggage = BaggageVariables.builder().add(variable, codec).build()
            baggage.read("v=$text")[variable] shouldBe value
            baggage.read(baggage.headerAfter { variable.set(value) })[variable] shouldBe value
            baggage.ignoredCount() shouldBe 0
        }
    }

    fun <T : Any> rejected(name: String, codec: ValueCodec<T>, vararg texts: String) = texts.forEach { text ->
        test("$name: '$text' is rejected and counted") {
            val variable = ContextVar<T>("v")
            val baggage = BaggageVariables.builder().add(variable, codec).build()
            baggage.read("v=$text").isEmpty shouldBe true
            baggage.ignoredCount() shouldBe 1
        }
    }

    val id = "00000000-0000-4000-8000-00000000000a"
    accepted(ValueCodec.UUID, id to UUID.fromString(id), id.uppercase() to UUID.fromString(id))
    rejected(
        "UUID",
        ValueCodec.UUID,
        "",
        "1-1-1-1-1",
        "0-0-0-0-0000000000000000000000000000", // 36 characters, which UUID.fromString accepts
        "00000000-0000-4000-8000-00000000000g",
        "000000000000-4000-8000-0000-0000000a",
        "+0000000-0000-4000-8000-00000000000a",
        id.dropLast(1),
        "${id}0",
    )

    accepted(
        ValueCodec.LONG,
        "0" to 0L,
        "-0" to 0L,
        "007" to 7L,
        "${Long.MAX_VALUE}" to Long.MAX_VALUE,
        "${Long.MIN_VALUE}" to Long.MIN_VALUE,
    )
    rejected(
        "Long",
        ValueCodec.LONG,
        "",
        "-",
        "+1",
        "--1",
        "1.0",
        "0x1",
        "1L",
        "9223372036854775808",
        "-9223372036854775809",
        "9".repeat(256),
        "%D9%A1", // an Arabic digit one
    )

    accepted(ValueCodec.INTEGER, "${Int.MAX_VALUE}" to Int.MAX_VALUE, "${Int.MIN_VALUE}" to Int.MIN_VALUE, "1" to 1)
    rejected("Integer", ValueCodec.INTEGER, "2147483648", "-2147483649", "", "one")

    accepted(ValueCodec.BOOLEAN, "true" to true, "false" to false)
    rejected("Boolean", ValueCodec.BOOLEAN, "", "TRUE", "1", "yes", "true%20")

    accepted(ValueCodec.enumOf(Plan::class.java), "FREE" to Plan.FREE, "PAID" to Plan.PAID)
    rejected("enum", ValueCodec.enumOf(Plan::class.java), "", "free", "GOLD", "FREE%20")

    accepted(ValueCodec.text(3, Character::isLetter), "a" to "a", "abc" to "abc", "%C3%A4" to "ä", "" to "")
    accepted(ValueCodec.text(2) { it == 0x1F600 }, "%F0%9F%98%80" to "\uD83D\uDE00")
    rejected("text", ValueCodec.text(3, Character::isLetter), "abcd", "a1", "a-b")

    test("text: a value that is not accepted is not sent") {
        val variable = ContextVar<String>("v")
        val baggage = BaggageVariables.builder().add(variable, ValueCodec.text(3, Character::isLetter)).build()
        baggage.headerAfter { variable.set("a1") } shouldBe null
        baggage.headerAfter { variable.set("abcd") } shouldBe null
        baggage.headerAfter { variable.set("abc") } shouldBe "v=abc"
        baggage.ignoredCount() shouldBe 2
    }

    accepted(ValueCodec.of(Locale::toLanguageTag, Locale::forLanguageTag), "de-CH" to Locale.forLanguageTag("de-CH"))
})
