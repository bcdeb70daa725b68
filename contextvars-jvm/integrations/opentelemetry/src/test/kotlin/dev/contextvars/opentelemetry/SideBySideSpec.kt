// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry

import dev.contextvars.Context
import dev.contextvars.concurrent.ContextExecutors
import dev.contextvars.coroutines.asElement
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.opentelemetry.api.trace.Span
import io.opentelemetry.extension.kotlin.asContextElement
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import java.util.concurrent.Callable
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import kotlin.coroutines.CoroutineContext
import io.opentelemetry.context.Context as OtelContext

/** Both contexts at once, with OpenTelemetry's own storage: the rows of docs/opentelemetry.md, each with a control. */
class SideBySideSpec : FunSpec({
    val telemetry = Telemetry()
    afterSpec { telemetry.close() }

    // An executor.
    val wrappers = mapOf<String, Pair<(ExecutorService) -> ExecutorService, String>>(
        "taskWrapping(wrap(pool))" to Pair(
            { OtelContext.taskWrapping(ContextExecutors.wrap(it)) },
            "acme and the span",
        ),
        "wrap(taskWrapping(pool))" to Pair(
            { ContextExecutors.wrap(OtelContext.taskWrapping(it)) },
            "acme and the span",
        ),
        "control: wrap(pool)" to Pair({ ContextExecutors.wrap(it) }, "acme and no span"),
        "control: taskWrapping(pool)" to Pair({ OtelContext.taskWrapping(it) }, "none and the span"),
    )
    wrappers.forEach { (name, row) ->
        val (wrap, expected) = row
        test("a task of $name sees $expected") {
            val pool = Executors.newFixedThreadPool(2)
            val span = telemetry.startSpan("request")
            val wrapped = wrap(pool)
            val seen = List(100) {
                Context().run {
                    tenant.set("acme")
                    span.makeCurrent().use {
                        wrapped.submit(
                            Callable {
                                tenant.get("none") +
                                    if (Span.current() == span) " and the span" else " and no span"
                            },
                        )
                    }
                }
            }.map { it.get() }
            seen.toSet() shouldBe setOf(expected)
            pool.submit(Callable { tenant.get("none") to Span.current() }).get() shouldBe ("none" to Span.getInvalid())
            pool.shutdown()
        }
    }

    // A coroutine.
    fun run(elements: (Context, OtelContext) -> CoroutineContext) =
        SideBySide(telemetry.sdk.getTracer("test"), elements).run().also {
            withClue(it) {
                it.checks.get() shouldBe
                    SideBySide.CHECKS
            }
        }

    SideBySide.orders.forEach { (order, elements) ->
        test("15,000 checks in coroutines with both elements, $order, find no wrong value") {
            val result = run(elements)
            withClue(result) {
                result.wrongVariables.get() shouldBe 0
                result.wrongSpans.get() shouldBe 0
                result.hops.get() shouldBeGreaterThan 100
            }
            ThreadCells.dirtyThreadsAfter().shouldBeEmpty()
        }
    }

    test("control: without OpenTelemetry's element all spans are wrong, and no variable is") {
        val result = run { ours, _ -> ours.asElement() }
        result.wrongVariables.get() shouldBe 0
        result.wrongSpans.get() shouldBe SideBySide.CHECKS / 5 * 4 // the fifth has a scope of its own
    }

    test("control: without our element all variables are wrong, and no span is") {
        val result = run { _, otel -> otel.asContextElement() }
        result.wrongVariables.get() shouldBe SideBySide.CHECKS
        result.wrongSpans.get() shouldBe 0
    }

    // makeCurrent.
    val span = telemetry.startSpan("request")
    val current = OtelContext.root().with(span)

    test("makeCurrent without a suspension inside is right in a coroutine, and leaves nothing") {
        onTwoThreads { one, other ->
            withContext(Context().asElement()) {
                tenant.set("acme")
                current.makeCurrent().use {
                    Span.current() shouldBeSameInstanceAs span
                    tenant.get() shouldBe "acme"
                }
                withContext(other) { Span.current() shouldBe Span.getInvalid() }
                withContext(one) { Span.current() shouldBe Span.getInvalid() }
            }
        }
    }

    test("makeCurrent over a suspension is wrong: the span is lost, and left on the thread") {
        onTwoThreads { one, other ->
            withContext(other) {
                val scope = withContext(one) { current.makeCurrent() }
                Span.current() shouldBe Span.getInvalid() // resumed on another thread
                scope.close() // does nothing there
            }
            withContext(one) { Span.current() shouldBeSameInstanceAs span } // any later task sees it
        }
    }

    test("withContext(asContextElement()) over a suspension is right, and leaves nothing") {
        onTwoThreads { one, other ->
            withContext(Context().asElement() + one) {
                tenant.set("acme")
                withContext(current.asContextElement()) {
                    withContext(other) { Span.current() shouldBeSameInstanceAs span }
                    Span.current() shouldBeSameInstanceAs span
                    tenant.get() shouldBe "acme"
                }
            }
            listOf(one, other).forEach { withContext(it) { Span.current() shouldBe Span.getInvalid() } }
        }
    }
})

/** Runs the block on the first of two dispatchers with a thread each, so that who resumes where is certain. */
private fun onTwoThreads(block: suspend (ExecutorCoroutineDispatcher, ExecutorCoroutineDispatcher) -> Unit) {
    val one = Executors.newSingleThreadExecutor().asCoroutineDispatcher()
    val other = Executors.newSingleThreadExecutor().asCoroutineDispatcher()
    try {
        runBlocking(one) { block(one, other) }
    } finally {
        one.close()
        other.close()
    }
}
