// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

class ContextDiffSpec : FunSpec({
    isolateEachTest()

    val tenant = ContextVar<String>("tenant")
    val draft = ContextVar<Boolean?>("draft")
    val requestId = ContextVar<Int?>("requestId")

    val before = Context().with(Bindings.of(tenant, "acme").and(draft, true))
    val after = Context().with(Bindings.of(tenant, "globex").and(requestId, 4711))

    test("a diff has the added, removed and changed variables") {
        val diff = before.diff(after)
        diff.added shouldContainExactly mapOf(requestId to 4711)
        diff.removed shouldContainExactly mapOf(draft to true)
        diff.changed.keys shouldContainExactly setOf(tenant)
        diff.changed.getValue(tenant).let { it.before to it.after } shouldBe ("acme" to "globex")
        diff.isEmpty shouldBe false
    }

    test("an equal value that is another object is a change") {
        val equal = String("acme".toCharArray())
        val change = before.changeOf(tenant, before.with(tenant, equal))
        change.after shouldBeSameInstanceAs equal
        change.before shouldBe change.after
    }

    test("a null value can be added, removed or changed") {
        val nulls = Context().with(draft, null)
        Context().diff(nulls).added shouldContainExactly mapOf(draft to null)
        nulls.diff(Context()).removed shouldContainExactly mapOf(draft to null)
        before.changeOf(draft, before.with(draft, null)).after.shouldBeNull()
        nulls.changeOf(draft, before).before.shouldBeNull()
    }

    test("the diff of a context with itself or its copy is empty") {
        before.diff(before).isEmpty shouldBe true
        before.diff(before.copy()).isEmpty shouldBe true
        Context().diff(Context()).isEmpty shouldBe true
        before.diff(before).toString() shouldBe ""
    }

    listOf(
        "added" to (Context() to before),
        "removed" to (before to Context()),
        "changed" to (before to before.with(tenant, "globex")),
    ).forEach { (part, contexts) ->
        test("a diff with only $part variables is not empty") {
            contexts.first.diff(contexts.second).isEmpty shouldBe false
        }
    }

    test("a diff does not reflect later changes") {
        val ctx = before.copy()
        val diff = ctx.diff(after)
        ctx.execute { tenant.set("later") }
        diff.changed.getValue(tenant).before shouldBe "acme"
    }

    test("toString has one line per difference: added, removed, changed, each by name") {
        val (x, y) = listOf("x", "y").map { ContextVar<Int>(it) }
        val from = before.with(Bindings.of(y, 1).and(x, 2))
        val to = after.with(Bindings.of(ContextVar("note"), "hello"))
        from.diff(to).toString().lines() shouldBe listOf(
            "+ note=hello",
            "+ requestId=4711",
            "- draft=true",
            "- x=2",
            "- y=1",
            "~ tenant=acme -> globex",
        )
        from.diff(from.with(Bindings.of(y, 10).and(x, 20))).toString().lines() shouldBe
            listOf("~ x=2 -> 20", "~ y=1 -> 10")
    }

    test("a change has its variable and both values") {
        val change = before.changeOf(tenant, after)
        change.variable shouldBeSameInstanceAs tenant
        listOf(change.before, change.after) shouldBe listOf("acme", "globex")
        change.toString() shouldBe "tenant=acme -> globex"
    }

    test("the maps of a diff are unmodifiable") {
        val diff = before.diff(after)
        val change = diff.changed.getValue(tenant)
        shouldThrow<UnsupportedOperationException> { mutable(diff.added).clear() }
        shouldThrow<UnsupportedOperationException> { mutable(diff.removed).clear() }
        shouldThrow<UnsupportedOperationException> { mutable(diff.changed).clear() }
        shouldThrow<UnsupportedOperationException> { mutable(diff.changed)[draft] = change }
    }
})

private fun Context.changeOf(variable: ContextVar<*>, other: Context) = diff(other).changed.getValue(variable)

private fun <K, V> mutable(map: Map<K, V>) = map as MutableMap<K, V>
