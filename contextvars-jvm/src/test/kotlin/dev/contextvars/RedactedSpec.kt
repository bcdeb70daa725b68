// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

class RedactedSpec : FunSpec({
    isolateEachTest()

    val password = ContextVar
        .builder<String>("password")
        .defaultValue("hunter1")
        .redacted()
        .build()
    val other = ContextVar<String>("other")
    val before = Context().with(password, "hunter2")
    val after = Context().with(password, "hunter3")
    val none = Context()

    mapOf<String, Any>(
        "a variable" to password,
        "a dump" to before.dump(),
        "asMap" to before.asMap(),
        "asMap's values" to before.asMap().values,
        "asMap's entries" to before.asMap().entries,
        "an entry of asMap" to before.asMap().entries.first(),
        "an entry of the iterator" to before.first(),
        "a diff that adds the variable" to none.diff(before),
        "a diff that removes the variable" to before.diff(none),
        "a diff that changes the variable" to before.diff(after),
        "the added part of a diff" to none.diff(before).added,
        "the removed part of a diff" to before.diff(none).removed,
        "the changed part of a diff" to before.diff(after).changed,
        "a change" to before.diff(after).changed.getValue(password),
    ).forEach { (name, thing) ->
        test("the text of $name shows <redacted> for the value") {
            thing.toString() shouldContain "<redacted>"
            thing.toString() shouldNotContain "hunter"
        }
    }

    test("the text of a token, a context, bindings or keys shows no value") {
        val things = listOf(password.set("hunter2"), before, Bindings.of(password, "hunter2"), before.asMap().keys)
        things.forEach { it.toString() shouldNotContain "hunter" }
    }

    test("a redacted text does not call the value's toString") {
        val value = object {
            override fun toString(): String = error("called")
        }
        val v = ContextVar.builder<Any>("v").redacted().build()
        Context().with(v, value).asMap().toString() shouldBe "{v=<redacted>}"
    }

    test("get, maps, iterators and diffs return the value itself") {
        before[password] shouldBe "hunter2"
        before.asMap()[password] shouldBe "hunter2"
        before.first().value shouldBe "hunter2"
        val change = before.diff(after).changed.getValue(password)
        change.before to change.after shouldBe ("hunter2" to "hunter3")
    }

    test("other variables show their values") {
        Context().with(other, "seen").asMap().run {
            toString() shouldBe "{other=seen}"
            values.toString() shouldBe "[seen]"
            entries.toString() shouldBe "[other=seen]"
        }
    }
})
