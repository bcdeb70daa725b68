// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging

import dev.contextvars.Context
import dev.contextvars.ContextVar
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.thread

class EventFieldsSpec : FunSpec({
    val tenant = ContextVar<String?>("tenant", "the default")
    val user = ContextVar<String>("user")
    val unused = ContextVar<String>("unused")
    val mdc = mapOf("route" to "/orders")

    listOf(tenant, unused, user).forEach { variable ->
        val registration = LogFields.add(variable)
        afterSpec { registration.close() }
    }

    fun <R> inContext(body: () -> R): R = Context().run {
        tenant.set("acme")
        user.set("alice")
        body()
    }

    test("merge returns its argument if no variable is bound") {
        Context().run {
            EventFields.merge(mdc) shouldBeSameInstanceAs mdc
            EventFields.merge(null) shouldBe null
        }
    }

    test("merge returns its argument for a variable that is bound to null") {
        Context().run {
            tenant.set(null)
            EventFields.merge(mdc) shouldBeSameInstanceAs mdc
        }
    }

    test("merge and get on a thread without a context create none") {
        onThread {
            EventFields.merge(mdc) shouldBeSameInstanceAs mdc
            EventFields.get("tenant") shouldBe null
            ThreadCells.current() shouldBe null
        }
    }

    test("merge returns the MDC's entries, then those of the variables as they were registered") {
        inContext { EventFields.merge(mdc)!!.entries.map { it.toPair() } }
            .shouldContainExactly("route" to "/orders", "tenant" to "acme", "user" to "alice")
    }

    test("merge prefers the MDC's value of a key, and shows the variable once the MDC's is removed") {
        inContext {
            EventFields.merge(mapOf("tenant" to "of the MDC")) shouldBe
                mapOf("tenant" to "of the MDC", "user" to "alice")
            EventFields.merge(emptyMap()) shouldBe mapOf("tenant" to "acme", "user" to "alice")
        }
    }

    test("merge returns its argument if the MDC has all keys") {
        val all = mapOf("tenant" to "1", "user" to "2")
        inContext { EventFields.merge(all) } shouldBeSameInstanceAs all
    }

    test("a set shows in the next event, and a reset the value before") {
        inContext {
            val token = user.set("bob")
            EventFields.merge(null)!!["user"] shouldBe "bob"
            user.reset(token)
            EventFields.merge(null)!!["user"] shouldBe "alice"
        }
    }

    test("an event keeps its values when the variables change") {
        inContext {
            val event = EventFields.merge(mdc)
            user.set("bob")
            event shouldBe mapOf("route" to "/orders", "tenant" to "acme", "user" to "alice")
        }
    }

    test("the merged map is an immutable map like any other") {
        val merged = inContext { EventFields.merge(mdc)!! }
        val same = HashMap(merged)
        merged.size shouldBe 3
        merged shouldBe same
        merged.hashCode() shouldBe same.hashCode()
        merged.keys shouldBe same.keys
        merged.values.toSet() shouldBe same.values.toSet()
        listOf("route", "tenant", "user").forEach { merged.containsKey(it) shouldBe true }
        listOf("route", "tenant", "user").map { merged[it] } shouldContainExactly listOf("/orders", "acme", "alice")
        (merged as Map<*, *>)
            .let { listOf<Any?>(null, 42, "unused").map { key -> it.containsKey(key) to it[key] } }
            .toSet() shouldBe setOf(false to null)
        shouldThrow<UnsupportedOperationException> { (merged as MutableMap<String, String>)["user"] = "mallory" }
        shouldThrow<UnsupportedOperationException> { (merged as MutableMap<String, String>).clear() }
        shouldThrow<NoSuchElementException> { merged.iterator().apply { repeat(4) { next() } } }
    }

    test("get returns the text of a bound variable, and null for any other key") {
        inContext { listOf("tenant", "unused", "nothing").map(EventFields::get) } shouldBe listOf("acme", null, null)
    }

    test("an event sees the registrations before or after a concurrent change") {
        val first = ContextVar<String>("first")
        val second = ContextVar<String>("second")
        val done = AtomicBoolean()
        val changes = thread {
            while (!done.get()) LogFields.add(first).use { LogFields.add(second).close() }
        }
        val valid = setOf(emptySet(), setOf("first"), setOf("first", "second"))
        val seen = mutableSetOf<Set<String>>()
        val deadline = Instant.now() + Duration.ofSeconds(30)
        Context().execute {
            first.set("1")
            second.set("2")
            var events = 0
            while (events++ < 20_000 || (seen.size < 2 && Instant.now() < deadline)) {
                seen += EventFields
                    .merge(null)
                    ?.keys
                    .orEmpty()
                    .toSet()
            }
        }
        done.set(true)
        changes.join()
        (seen - valid) shouldBe emptySet()
        seen.size shouldBeGreaterThan 1
    }
})

private fun onThread(body: () -> Unit) {
    val result = CompletableFuture<Unit>()
    thread { runCatching(body).fold(result::complete, result::completeExceptionally) }
    result.get(30, TimeUnit.SECONDS)
}
