// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.PrintWriter
import java.io.StringWriter

class RedactedSpec : FunSpec({
    isolateEachTest()

    val password = ContextVar
        .builder<String>("password")
        .defaultValue("hunter1")
        .redacted()
        .build()
    val other = ContextVar<String>("other")

    fun holding(secret: String) = Context().with(Bindings.of(password, secret))

    val before = holding("hunter2")
    val after = holding("hunter3")

    // Where a value has its place, that place says that it is hidden.
    mapOf(
        "the text of the variable, with its default" to password.toString(),
        "a dump" to before.dump(),
        "asMap" to before.asMap().toString(),
        "asMap's values" to before.asMap().values.toString(),
        "asMap's entries" to before.asMap().entries.toString(),
        "an entry of asMap" to
            before
                .asMap()
                .entries
                .first()
                .toString(),
        "an entry of the context's iterator" to before.first().toString(),
        "a diff that adds it" to Context().diff(before).toString(),
        "a diff that removes it" to before.diff(Context()).toString(),
        "a diff that changes it" to before.diff(after).toString(),
        "a diff's added part" to Context().diff(before).added.toString(),
        "a diff's removed part" to before.diff(Context()).removed.toString(),
        "a diff's changed part" to before.diff(after).changed.toString(),
        "a change" to
            before
                .diff(after)
                .changed
                .values
                .single()
                .toString(),
    ).forEach { (place, text) ->
        test("$place shows <redacted> for the value") {
            text shouldContain "<redacted>"
            text shouldNotContain "hunter"
        }
    }

    test("no token, context or bindings show a value") {
        val texts = listOf(password.set("hunter2"), before, Bindings.of(password, "hunter2"), before.asMap().keys)
        texts.forEach { it.toString() shouldNotContain "hunter" }
    }

    mapOf<String, () -> Any?>(
        "a missing value" to { Context().getValue(password) },
        "a used token" to { password.set("hunter2").let { repeat(2) { _ -> password.reset(it) } } },
        "a token of another variable" to { other.reset(password.set("hunter2")) },
        "a token of another context" to { password.set("hunter2").let { Context().execute { password.reset(it) } } },
        "a context that is entered" to { before.run { before.run { } } },
    ).forEach { (mistake, make) ->
        test("an exception about $mistake shows no value") {
            val text = StringWriter()
            shouldThrow<RuntimeException> { make() }.printStackTrace(PrintWriter(text))
            text.toString() shouldNotContain "hunter"
        }
    }

    test("a text that hides the value does not ask the value for one") {
        class Secret {
            override fun toString(): String = error("asked")
        }
        val v = ContextVar.builder<Any>("v").redacted().build()
        Context().with(Bindings.of(v, Secret())).asMap().toString() shouldBe "{v=<redacted>}"
    }

    test("the value itself is there for who asks for it") {
        before[password] shouldBe "hunter2"
        before.asMap()[password] shouldBe "hunter2"
        before.first().value shouldBe "hunter2"
        val change = before.diff(after).changed.getValue(password)
        change.before to change.after shouldBe ("hunter2" to "hunter3")
    }

    test("variables beside it show their values") {
        Context().with(Bindings.of(other, "seen")).asMap().run {
            toString() shouldBe "{other=seen}"
            values.toString() shouldBe "[seen]"
            entries.toString() shouldBe "[other=seen]"
        }
    }
})
