// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextEnteredException
import dev.contextvars.ContextVar
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/** A scope whose context a thread has entered: what runs of it, and what remains changed. */
@OptIn(kotlinx.coroutines.ExperimentalCoroutinesApi::class) // CoroutineStart.ATOMIC
class RejectedScopeSpec : FunSpec({
    val v = ContextVar("v", 0)
    val one = autoClose(worker("rejected-1"))

    afterEach { threadsShouldBeClean() }

    /** Runs the block in a coroutine, on a thread that has entered the context. */
    fun <T> insideRunOf(ctx: Context, block: suspend CoroutineScope.() -> T): T =
        one.call { ctx.run { runBlocking { block() } } }

    mapOf<String, suspend (Context, () -> Unit) -> Unit>(
        "withContext(ctx)" to { ctx, body -> withContext(ctx) { body() } },
        "withContext(ctx) after a suspension" to { ctx, body ->
            yield()
            withContext(ctx) { body() }
        },
        "withContext(ctx) inside another one" to {
            ctx,
            body,
            ->
            withContext(Context()) { withContext(ctx) { body() } }
        },
        "withContext(ctx) on a dispatcher of its own" to { ctx, body ->
            withContext(Dispatchers.IO) { withContext(ctx) { body() } }
        },
        "withContext(element) on another dispatcher" to { ctx, body ->
            withContext(ctx.asElement() + Dispatchers.IO) { body() }
        },
    ).forEach { (builder, start) ->
        test("$builder throws and does not run its body while a thread has entered the context") {
            val ctx = Context()
            var ran = false
            insideRunOf(ctx) {
                shouldThrow<ContextEnteredException> {
                    start(ctx) {
                        ran = true
                        v.set(1)
                    }
                }.message shouldBe "cannot enter context: $ctx is already entered"
                v.get() shouldBe 0
            }
            ran shouldBe false
            ctx.isEmpty shouldBe true
            ctx.run { 42 } shouldBe 42
        }
    }

    test("async on a dispatcher fails and does not run its body while a thread has entered the context") {
        val ctx = Context()
        var ran = false
        insideRunOf(ctx) {
            val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
            shouldThrow<ContextEnteredException> { scope.async(ctx.asSharedElement()) { ran = true }.await() }
        }
        ran shouldBe false
    }

    // kotlinx.coroutines starts these bodies whatever the update did: documented at asElement.
    mapOf<String, suspend (Context, suspend () -> Unit) -> Unit>(
        "withContext(element) on the caller's dispatcher" to { ctx, body -> withContext(ctx.asElement()) { body() } },
        "async that is UNDISPATCHED" to { ctx, body ->
            scopeOf(Dispatchers.Default).async(ctx.asSharedElement(), CoroutineStart.UNDISPATCHED) { body() }.await()
        },
        "async that is ATOMIC" to { ctx, body ->
            scopeOf(Dispatchers.Default).async(ctx.asSharedElement(), CoroutineStart.ATOMIC) { body() }.await()
        },
        "async on Unconfined" to { ctx, body ->
            scopeOf(Dispatchers.Unconfined).async(ctx.asSharedElement()) { body() }.await()
        },
    ).forEach { (builder, start) ->
        test("$builder runs its body in a copy until it suspends, and then fails") {
            val ctx = Context()
            val steps = mutableListOf<String>()
            insideRunOf(ctx) {
                shouldThrow<ContextEnteredException> {
                    start(ctx) {
                        v.set(1)
                        steps += "before"
                        yield()
                        steps += "after"
                    }
                }
                v.get() shouldBe 0
            }
            steps shouldContainExactly listOf("before")
            ctx.isEmpty shouldBe true
        }
    }

    // ---- one rule: code that is inside a context, however deep, cannot enter it ----

    mapOf<String, suspend (Context, suspend () -> Unit) -> Unit>(
        "before it suspends" to { b, body -> withContext(b) { body() } },
        "after it has suspended" to { b, body ->
            withContext(b) {
                yield()
                body()
            }
        },
        "on another dispatcher" to { b, body -> withContext(b) { withContext(Dispatchers.IO) { body() } } },
        "with kotlinx.coroutines' withContext" to { b, body -> withContext(b.asElement()) { body() } },
        "with kotlinx.coroutines' withContext, after it has suspended" to { b, body ->
            withContext(b.asElement()) {
                yield()
                body()
            }
        },
        "two levels deep" to { b, body -> withContext(Context()) { withContext(b) { body() } } },
        "inside the run of a third context" to { b, body ->
            withContext(b) {
                yield()
                Context().run { runBlocking(Context().asElement()) { } }
                body()
            }
        },
    ).forEach { (where, nested) ->
        test("run of a context throws in a nested scope with another context: $where") {
            val (a, b) = List(2) { Context() }
            runBlocking(Dispatchers.Default) {
                withContext(a) {
                    nested(b) {
                        shouldThrow<ContextEnteredException> { a.run { } }
                        Context().execute { shouldThrow<ContextEnteredException> { a.run { } } }
                        v.set(1)
                    }
                    here() shouldBeSameInstanceAs a
                }
            }
            a.run { 42 } shouldBe 42
            a.isEmpty shouldBe true
        }
    }

    test("run of the coroutine's context throws inside another run, after each of 2,000 hops") {
        val ctx = Context()
        val other = Context()
        runBlocking(Dispatchers.Default) {
            withContext(ctx) {
                repeat(2_000) {
                    withContext(Dispatchers.IO) { }
                    other.run { shouldThrow<ContextEnteredException> { ctx.run { } } }
                }
            }
        }
    }

    test("a child coroutine may run a context that its parent waits in, once the parent has suspended") {
        val ctx = Context()
        runBlocking(one) {
            withContext(ctx) { async { ctx.run { v.set(1) } }.await() }
        }
        ctx[v] shouldBe 1
    }
})

private fun scopeOf(dispatcher: kotlinx.coroutines.CoroutineDispatcher) = CoroutineScope(SupervisorJob() + dispatcher)
