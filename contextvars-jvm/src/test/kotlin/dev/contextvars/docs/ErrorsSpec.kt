// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.docs

import dev.contextvars.Context
import dev.contextvars.ContextLease
import dev.contextvars.ContextSwap
import dev.contextvars.ContextVar
import dev.contextvars.SharedThreads
import dev.contextvars.javaNull
import dev.contextvars.onNewThread
import dev.contextvars.testing.Snippets
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readLines

class ErrorsSpec : FunSpec({
    val v = ContextVar<Any?>("v")
    val w = ContextVar<Any?>("w")

    /** The code that provokes each row of the table, by exception and in the order of the rows. */
    val provocations = mapOf<String, List<() -> Any?>>(
        "UnboundVariableException" to listOf({ v.get() }, { Context().getValue(ContextVar<Any?>("v")) }),
        "TokenUsedException" to listOf({ v.set(1).apply { close() }.close() }),
        "WrongVariableException" to listOf({ v.reset(w.set(1)) }),
        "WrongContextException" to listOf({ v.set(1).let { Context.copyContext().execute { v.reset(it) } } }),
        "ContextEnteredException" to listOf({ Context().let { ctx -> ctx.execute { ctx.enter() } } }),
        "ContextNotEnteredException" to listOf({ Context().exit() }),
        "ContextNotCurrentException" to
            listOf({ Context().let { ctx -> ctx.execute { Context().execute(ctx::exit) } } }),
        "ContextContendedException" to listOf({
            val ctx = Context()
            onNewThread("owner") { ContextLease(ctx) { false }.attach() }
            onNewThread("writer") { ContextSwap.swap(ctx).let { v.set(1) } }
        }),
        "ContextRequiredException" to listOf({
            SharedThreads.add { it.name == "shared-thread" }.use { onNewThread("shared-thread") { v.set(1) } }
        }),
        "NullPointerException" to listOf(
            { ContextVar<Any?>(javaNull()) },
            { v.reset(javaNull()) },
            { Context().run<Any?>(javaNull()) },
            { Context().get(javaNull<ContextVar<Any?>>()) },
        ),
    )
    val errors = documentedErrors().groupBy { it.type }

    errors.forEach { (type, rows) ->
        rows.forEachIndexed { i, error ->
            test("row ${i + 1} of $type in the table is correct") {
                val thrown = shouldThrowAny { Context().execute { provocations.getValue(type)[i]() } }
                thrown.javaClass.simpleName shouldBe type
                superclasses(thrown) shouldContain error.kind
                thrown.message?.replace(Regex("0x[0-9a-f]+"), "0x…") shouldBe error.text
            }
        }
    }

    test("the table has a row for each provocation") {
        errors.mapValues { it.value.size } shouldBe provocations.mapValues { it.value.size }
    }

    test("the table has every exception of the library") {
        val sources = Snippets.root.resolve("contextvars-jvm/src/main/java/dev/contextvars")
        errors.keys shouldContainAll
            sources.listDirectoryEntries("*Exception.java").map { it.nameWithoutExtension } - "ContextStateException"
    }
})

private class DocumentedError(val type: String, val kind: String, val text: String)

private fun documentedErrors(): List<DocumentedError> = Snippets.root
    .resolve("docs/errors.md")
    .readLines()
    .filter { it.startsWith("| `") }
    .map { row -> row.removePrefix("| ").removeSuffix(" |").split(" | ") }
    .map { (_, type, kind, _, text) -> DocumentedError(type.trim('`'), kind.trim('`'), text.trim('`')) }

private fun superclasses(thrown: Throwable): List<String> =
    generateSequence<Class<*>>(thrown.javaClass) { it.superclass }.map { it.simpleName }.toList()
