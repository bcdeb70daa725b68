// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextRequiredException
import dev.contextvars.ContextVar
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.newSingleThreadContext
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** A coroutine without an element would set a value for the next one on its thread. */
class GuardSpec : FunSpec({
    val v = ContextVar("tenant", "none")

    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    listOf("Default" to Dispatchers.Default, "IO" to Dispatchers.IO).forEach { (name, dispatcher) ->
        test("a set without an element is refused on Dispatchers.$name") {
            withContext(dispatcher) {
                val refusal = shouldThrow<IllegalStateException> { v.set("acme") } as ContextRequiredException
                refusal.variable shouldBe v
                listOf(
                    "$v",
                    Thread.currentThread().name,
                    "runBlocking(Context().asElement())",
                    "CoroutineScope(Context().asElement())",
                    "embeddedServer(parentCoroutineContext = …)",
                    "-Dcontextvars.guard=off",
                ).forEach { refusal.message shouldContain it }
                v.get() shouldBe "none"
            }
        }
    }

    test("a set with an element is not refused, nor is one inside a run") {
        withContext(Dispatchers.Default) {
            withContext(Context()) { v.set("acme") }
            Context().execute { v.set("acme") }
        }
    }

    @OptIn(kotlinx.coroutines.DelicateCoroutinesApi::class, kotlinx.coroutines.ExperimentalCoroutinesApi::class)
    test("a set without an element throws on a dispatcher of any thread") {
        newSingleThreadContext("own").use {
            withContext(it) { shouldThrow<ContextRequiredException> { v.set("acme") } }
        }
    }

    test("a set in runBlocking without an element is a set of the thread that blocks") {
        onNewThread {
            runBlocking { v.set("acme") }
            v.get()
        } shouldBe "acme"
    }
})

/** Runs the body on a thread of its own, and returns what it returns. */
private fun <T> onNewThread(body: () -> T): T =
    CompletableFuture<T>().also { result -> thread { result.complete(body()) } }.get(30, TimeUnit.SECONDS)
