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
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readLines

class TroubleshootingSpec : FunSpec({
    val v = ContextVar<Any?>("v")
    val w = ContextVar<Any?>("w")

    val provocations = listOf(
        Provocation("ContextRequiredException", "cannot set $V on thread shared-thread: $NO_CONTEXT") {
            SharedThreads.add { it.name == "shared-thread" }.use { onNewThread("shared-thread") { v.set(1) } }
        },
        Provocation("UnboundVariableException", V) { v.get() },
        Provocation("UnboundVariableException", V) { Context().getValue(v) },
        Provocation("TokenUsedException", "<Token used var=$V at 0x…> has already been used once") {
            v.set(1).apply { close() }.close()
        },
        Provocation("WrongVariableException", "<Token var=$W at 0x…> was created by a different ContextVar") {
            v.reset(w.set(1))
        },
        Provocation("WrongContextException", "<Token var=$V at 0x…> was created in a different Context") {
            v.set(1).let { Context.copyContext().execute { v.reset(it) } }
        },
        Provocation("ContextEnteredException", "cannot enter context: $CONTEXT is already entered") {
            Context().let { ctx -> ctx.execute { ctx.enter() } }
        },
        Provocation("ContextNotEnteredException", "cannot exit context: $CONTEXT has not been entered") {
            Context().exit()
        },
        Provocation(
            "ContextNotCurrentException",
            "cannot exit context: thread state references a different context object",
        ) { Context().let { ctx -> ctx.execute { Context().execute(ctx::exit) } } },
        Provocation(
            "ContextContendedException",
            "cannot change $CONTEXT on thread writer: it is in use on thread owner",
        ) {
            val ctx = Context()
            onNewThread("owner") { ContextLease(ctx) { false }.attach() }
            onNewThread("writer") { ContextSwap.swap(ctx).let { v.set(1) } }
        },
        Provocation("NullPointerException", "name") { ContextVar<Any?>(javaNull()) },
        Provocation("NullPointerException", "token") { v.reset(javaNull()) },
        Provocation("NullPointerException", "body") { Context().run<Any?>(javaNull()) },
        Provocation("NullPointerException", "variable") { Context().get(javaNull<ContextVar<Any?>>()) },
    )
    val headings = messageHeadings()

    provocations.forEachIndexed { i, provoked ->
        test("the heading of ${provoked.type} matches its text (${i + 1})") {
            val thrown = shouldThrowAny { Context().execute { provoked.code() } }
            thrown.javaClass.simpleName shouldBe provoked.type
            thrown.message?.replace(Regex("0x[0-9a-f]+"), "0x…") shouldBe provoked.text
            val heading = headings.filter { it.matches(provoked.text) }.shouldHaveSize(1).single()
            heading.type shouldBe provoked.type
            superclasses(thrown) shouldContain heading.kind
        }
    }

    test("every exception of the core is provoked") {
        val sources = Snippets.root.resolve("contextvars-jvm/src/main/java/dev/contextvars")
        provocations.map { it.type } shouldContainAll
            sources.listDirectoryEntries("*Exception.java").map { it.nameWithoutExtension } - "ContextStateException"
    }

    val inSources = PublishedSources.messages()

    test("every message in the sources has a heading") {
        inSources.filter { message -> headings.none { it.matches(message.text) } }.shouldBeEmpty()
    }

    test("every heading is that of a message") {
        val texts = inSources.map { it.text } + provocations.map { it.text }
        headings.filter { heading -> texts.none(heading::matches) }.map { it.line }.shouldBeEmpty()
    }
})

/** An exception of the core with its whole text, and code that provokes it. */
private class Provocation(val type: String, val text: String, val code: () -> Any?)

private const val V = "<ContextVar name='v' at 0x…>"
private const val W = "<ContextVar name='w' at 0x…>"
private const val CONTEXT = "<Context object at 0x…>"
private const val NO_CONTEXT = "this code has no Context, and the next code on this thread would see the value."

/** A heading with a message, of which `…` stands for any text, and the exception in the line below. */
private class MessageHeading(val line: String, val type: String, val kind: String) {
    private val patterns = code(line).map { text ->
        Regex(text.split("…").joinToString(".+") { Regex.escape(it) }, RegexOption.DOT_MATCHES_ALL)
    }

    fun matches(text: String) = patterns.any { it.matches(text) }
}

private fun messageHeadings(): List<MessageHeading> {
    val lines = Snippets.root.resolve("docs/troubleshooting.md").readLines()
    return lines.indices.filter { lines[it].startsWith("### `") }.map { at ->
        val (type, kind) = code(lines[at + 2])
        MessageHeading(lines[at], type, kind)
    }
}

private fun code(line: String): List<String> = Regex("`([^`]+)`").findAll(line).map { it.groupValues[1] }.toList()

private fun superclasses(thrown: Throwable): List<String> =
    generateSequence<Class<*>>(thrown.javaClass) { it.superclass }.map { it.simpleName }.toList()
