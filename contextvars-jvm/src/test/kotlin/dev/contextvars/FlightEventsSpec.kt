// SPDX-License-Identifier: Apache-2.0
package dev.contextvars

import dev.contextvars.concurrent.ContextExecutors
import dev.contextvars.testing.FlightRecordings
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import jdk.jfr.FlightRecorder
import jdk.jfr.Recording
import jdk.jfr.consumer.RecordedEvent
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

private const val SET = "dev.contextvars.Set"
private const val RESET = "dev.contextvars.Reset"
private const val ENTER = "dev.contextvars.Enter"
private const val COPY = "dev.contextvars.Copy"
private val values = "values" to "true"

class FlightEventsSpec : FunSpec({
    isolateEachTest()

    val v = ContextVar<Any?>("v")
    val w = ContextVar<Any?>("w")

    test("a set is an event with its variable, context and place") {
        val ctx = Context()
        val event = FlightRecordings.of(SET) { ctx.execute { v.set("red") } }.single()
        event.getString("variable") shouldBe "v"
        event.contextText() shouldBe "$ctx"
        event.getString("kind") shouldBe "set"
        event.thread.javaName shouldBe Thread.currentThread().name
        event.placeOfUse() shouldBe FlightEventsSpec::class.java.name
    }

    test("each way to set a variable is an event of its kind") {
        val initial = ContextVar.withInitial("initial") { "computed" }
        val ctx = Context()
        FlightRecordings
            .of(SET, values) {
                ctx.execute {
                    v.set(1)
                    v.update { 2 }
                    Bindings.of(v, 3).and(w, 4).execute { }
                    ctx.with(v, 5)
                    ctx.with(Bindings.of(w, 6))
                    initial.get()
                    initial.get()
                }
            }.map { "${it.getString("kind")} ${it.getString("variable")}=${it.getString("value")}" } shouldBe listOf(
            "set v=1",
            "set v=2",
            "bindings v=3",
            "bindings w=4",
            "bindings v=5",
            "bindings w=6",
            "initial initial=computed",
        )
    }

    test("each way to reset a variable is an event of its kind, with the restored value") {
        val ctx = Context().with(v, "before")
        FlightRecordings
            .of(RESET, values) {
                ctx.execute {
                    v.reset(v.set(1))
                    w.set(2).use { }
                    w.set(3).tryReset()
                    Bindings.of(v, 4).and(w, 5).execute { }
                }
            }.map { "${it.getString("kind")} ${it.getString("variable")}=${it.getString("value")}" } shouldBe listOf(
            "reset v=before",
            "reset w=<Token.MISSING>",
            "reset w=<Token.MISSING>",
            "bindings v=before",
            "bindings w=<Token.MISSING>",
        )
    }

    test("a rejected set or reset is no event of its kind") {
        fun reject() {
            val token = v.set(1)
            shouldThrow<WrongContextException> { Context().execute { v.reset(token) } }
            token.tryReset()
            shouldThrow<TokenUsedException> { v.reset(token) }
        }
        FlightRecordings.of(RESET) { reject() } shouldHaveSize 1
        FlightRecordings.of(SET) { reject() } shouldHaveSize 1
    }

    test("a copy is an event with the numbers of both contexts") {
        val original = Context()
        lateinit var copies: List<Context>
        val events = FlightRecordings.of(COPY) {
            val current = original.call { Context.copyContext() }
            val token = ContextLease(original) { false }.apply { close() }.attach()
            val detached = ContextSwap.current()!!
            ContextSwap.detach(token)
            copies = listOf(current, detached, original.copy(), original.with(v, 1), original.without(v))
        }
        events.forAll { "$original" shouldContain " at ${it.getString("from")}>" }
        events.map { "<Context object at ${it.getString("to")}>" } shouldBe copies.map { "$it" }
        events.forAll { it.placeOfUse() shouldBe FlightEventsSpec::class.java.name }
    }

    test("a copy of no context is no event") {
        FlightRecordings.of(COPY) { onNewThread { Context.copyContext() } }.shouldBeEmpty()
    }

    // ---- values ----

    fun shown(value: Any?) = FlightRecordings.of(SET, values) { v.set(value) }.single().getString("value")

    test("a value does not show without the setting") {
        val events =
            FlightRecordings.of(SET) { v.set(1) } + FlightRecordings.of(SET, "values" to "false") { v.set(2) }
        events.map { it.getString("value") } shouldBe List(2) { "<not shown>" }
    }

    test("values show while one of two recordings shows them") {
        val texts = mutableListOf<String>()
        FlightRecordings
            .of(SET) {
                texts += shown("red")
                v.set("blue")
            }.let { events -> texts += events.last().getString("value") }
        texts shouldContainExactly listOf("red", "<not shown>")
    }

    test("a redacted value never shows, and its text is not created") {
        class Secret {
            override fun toString(): String = error("toString was called")
        }
        val secret = ContextVar.builder<Any>("secret").redacted().build()

        fun use() = Context().with(secret, Secret()).execute { secret.set(Secret()).close() }
        (FlightRecordings.of(SET, values) { use() } + FlightRecordings.of(RESET, values) { use() })
            .map { it.getString("value") } shouldBe List(3) { "<redacted>" }
    }

    test("the text of a value is cut at 200 characters, and not inside of a pair") {
        shown("x".repeat(200)) shouldBe "x".repeat(200)
        shown("x".repeat(201)) shouldBe "x".repeat(200) + "..."
        shown("x".repeat(199) + "\uD83D\uDE00") shouldBe "x".repeat(199) + "..."
        shown(null) shouldBe "null"
    }

    mapOf<String, () -> String?>(
        "<toString threw java.lang.IllegalStateException>" to { error("no text") },
        "<toString threw java.lang.StackOverflowError>" to ::overflow,
        "<toString threw java.lang.OutOfMemoryError>" to { "${LongArray(Int.MAX_VALUE)}" },
        "null" to { null },
    ).forEach { (text, toString) ->
        test("a value whose toString fails shows as $text, and is set") {
            val value = Described(toString)
            shouldNotThrowAny { shown(value) } shouldBe text
            v.get() shouldBe value
            shown("next") shouldBe "next"
        }
    }

    test("a toString that sets its own variable ends, and each set is an event") {
        var calls = 0
        lateinit var value: Any
        value = Described {
            calls++
            repeat(2) { v.set(value) }
            "done"
        }
        FlightRecordings
            .of(SET, values) { v.set(value) }
            .map { it.getString("value") }
            .sorted() shouldBe listOf("...", "...", "done")
        calls shouldBe 1
    }

    // ---- enter ----

    val ways = mapOf<String, (Context) -> Unit>(
        "run run" to { it.run { } },
        "run call" to { it.call { } },
        "run execute" to { it.execute { } },
        "enter enter" to {
            it.enter()
            it.exit()
        },
        "executor wrap" to { it.wrap { }.run() },
        "executor wrapCallable" to { it.wrapCallable { 1 }.call() },
        "executor wrapSupplier" to { it.wrapSupplier { 1 }.get() },
        "executor wrapFunction" to { it.wrapFunction<Int, Int> { n -> n }.apply(1) },
        "executor wrapBiFunction" to { it.wrapBiFunction<Int, Int, Int> { n, _ -> n }.apply(1, 2) },
        "executor wrapConsumer" to { it.wrapConsumer<Int> { }.accept(1) },
        "executor wrapBiConsumer" to { it.wrapBiConsumer<Int, Int> { _, _ -> }.accept(1, 2) },
        "coroutine attach" to { ContextSwap.detach(ContextSwap.attach(it)) },
        "coroutine lease" to { ContextSwap.detach(ContextLease(it) { false }.attach()) },
    )

    ways.forEach { (way, use) ->
        val kind = way.substringBefore(' ')
        test("${way.substringAfter(' ')} is one event of the kind $kind") {
            val ctx = Context()
            val event = FlightRecordings.of(ENTER) { use(ctx) }.single()
            event.getString("kind") shouldBe kind
            event.contextText() shouldBe "$ctx"
            event.placeOfUse() shouldBe FlightEventsSpec::class.java.name
        }
    }

    test("a task of an executor is an event on the thread that runs it") {
        val pool = Executors.newSingleThreadScheduledExecutor { Thread(it, "pool") }
        try {
            val executor = ContextExecutors.wrap(pool)
            val events = FlightRecordings.of(ENTER) {
                executor.submit { }.get(30, TimeUnit.SECONDS)
                val periodic = executor.scheduleAtFixedRate({ error("once") }, 0, 1, TimeUnit.MILLISECONDS)
                shouldThrow<Exception> { periodic.get(30, TimeUnit.SECONDS) }
            }
            events.map { "${it.getString("kind")} on ${it.thread.javaName}" } shouldBe List(2) { "executor on pool" }
        } finally {
            pool.shutdown()
        }
    }

    test("a duration covers what runs in the context, and ends if the body throws") {
        val (outer, inner) = List(2) { Context() }
        val events = FlightRecordings.of(ENTER) {
            shouldThrow<IllegalStateException> { outer.execute { inner.execute { error("body") } } }
        }
        val (around, inside) = events.sortedByDescending { it.duration }
        "$outer" shouldContain around.getString("context")
        "$inner" shouldContain inside.getString("context")
        (around.startTime <= inside.startTime && inside.endTime <= around.endTime) shouldBe true
        inside.duration.toNanos() shouldBeGreaterThanOrEqual 0
    }

    test("a rejected enter is no event") {
        val ctx = Context()
        FlightRecordings.of(ENTER) {
            ctx.execute { shouldThrow<ContextEnteredException> { ctx.execute { } } }
        } shouldHaveSize 1
    }

    test("enters and attaches that are nested end in any order, each as one event") {
        val (a, b, c) = List(3) { Context() }
        val events = FlightRecordings.of(ENTER) {
            onNewThread {
                val first = ContextSwap.attach(a)
                c.enter()
                val second = ContextSwap.attach(b)
                ContextSwap.detach(first) // the wrong order: ends all three
                ContextSwap.detach(second)
                val third = ContextSwap.attach(c)
                ContextSwap.detach(second)
                repeat(2) { ContextSwap.detach(third) }
            }
        }
        events.map { it.contextText() }.sorted() shouldBe
            listOf("$a", "$b", "$c", "$c").sorted()
    }

    test("a context that is exited on another level keeps the events around it") {
        val (a, b, c) = List(3) { Context() }
        val events = FlightRecordings.of(ENTER) {
            a.enter()
            val token = ContextSwap.attach(b)
            c.enter()
            c.exit()
            ContextSwap.detach(token)
            b.execute { }
            a.exit()
        }
        events.map { it.contextText() } shouldBe listOf("$a", "$b", "$c", "$b")
        events.last().endTime.let { events.first().endTime >= it } shouldBe true
    }

    test("a detach on another thread ends no event of that thread's") {
        val (a, b) = List(2) { Context() }
        val events = FlightRecordings.of(ENTER) {
            a.execute {
                val token = ContextSwap.attach(b)
                onNewThread { ContextSwap.detach(token) }
                ContextSwap.detach(token)
            }
        }
        events.map { it.thread.javaName }.toSet() shouldBe setOf(Thread.currentThread().name)
        events shouldHaveSize 2
    }

    // ---- off ----

    test("a recording with default settings has none of these events") {
        for (event in listOf(SET, RESET, ENTER, COPY)) {
            FlightRecordings
                .all({ }) { Context().copy().execute { v.set(1).close() } }
                .filter { it.eventType.name == event }
                .shouldBeEmpty()
            FlightRecorder.getFlightRecorder().eventTypes.single { it.name == event }.apply {
                isEnabled shouldBe false
                categoryNames shouldBe listOf("Context Variables")
            }
        }
    }

    test("an event that starts in one recording is missing in the next one") {
        val ctx = Context()
        val first = Recording().apply { enable(ENTER) }
        first.start()
        ctx.enter()
        first.close()
        FlightRecordings.of(SET) { ctx.exit() }.shouldBeEmpty()
        FlightRecordings.of(ENTER) { ctx.execute { } } shouldHaveSize 1
    }
})

private class Described(private val text: () -> String?) {
    // As Java allows it: null, too.
    override fun toString(): String = unchecked(text())
}

@Suppress("UNCHECKED_CAST")
private fun <T> unchecked(value: Any?): T = value as T

private fun overflow(): String = "a" + overflow()

private fun RecordedEvent.contextText() = "<Context object at ${getString("context")}>"

/** Returns the class of the first frame that is a spec's, or no code of the library. */
private fun RecordedEvent.placeOfUse() = stackTrace.frames
    .map {
        it.method.type.name
            .substringBefore('$')
    }.first { it.endsWith("Spec") || !it.startsWith("dev.contextvars.") }
