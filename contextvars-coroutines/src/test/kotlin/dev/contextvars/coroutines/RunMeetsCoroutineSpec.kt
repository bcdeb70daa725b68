// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextEnteredException
import dev.contextvars.ContextVar
import dev.contextvars.testing.ThreadCells
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds

/** What becomes of a context that is entered with `run` while a coroutine is in it, or the other way round. */
class RunMeetsCoroutineSpec : FunSpec({
    val v = ContextVar("v", 0)
    val one = autoClose(worker("run-meets-coroutine-1"))
    val two = autoClose(worker("run-meets-coroutine-2"))

    afterTest { ThreadCells.dirtyThreadsAfter().shouldBeEmpty() }

    // ---- run inside the coroutine that is in the context ----

    mapOf<String, suspend (suspend () -> Unit) -> Unit>(
        "directly" to { it() },
        "after a coroutineScope" to { body ->
            coroutineScope { yield() }
            body()
        },
        "in a coroutineScope" to { body -> coroutineScope { body() } },
        "in an undispatched withContext" to { body -> withContext(CoroutineName("inner")) { body() } },
        "after an undispatched withContext" to { body ->
            withContext(CoroutineName("inner")) { }
            body()
        },
        "after a suspension" to { body ->
            yield()
            body()
        },
        "on another dispatcher" to { body -> withContext(Dispatchers.IO) { body() } },
        "after another dispatcher" to { body ->
            withContext(Dispatchers.IO) { }
            body()
        },
        "inside the run of another context" to { body -> Context().run { runBlocking { body() } } },
    ).forEach { (where, inside) ->
        coroutineTest("run is refused in the coroutine that is in the context: $where") {
            val ctx = Context()
            withContext(Dispatchers.Default) {
                withContext(ctx) {
                    inside {
                        shouldThrow<IllegalStateException> { ctx.run { v.set(1) } }
                            .shouldBeInstanceOf<ContextEnteredException>()
                            .message shouldBe "cannot enter context: $ctx is already entered"
                    }
                    v.get() shouldBe 0
                }
            }
            ctx.run { 42 } shouldBe 42
        }
    }

    // A block that ends before its caller has suspended leaves the caller where it is, without another update.
    coroutineTest(
        "run is refused after each of 2,000 withContext(Dispatchers.IO) in the coroutine that is in the context",
    ) {
        val ctx = Context()
        withContext(Dispatchers.Default) {
            withContext(ctx) {
                repeat(2_000) {
                    withContext(Dispatchers.IO) { }
                    shouldThrow<ContextEnteredException> { ctx.run { } }
                }
            }
        }
    }

    coroutineTest("run is refused in a coroutine launched into the context") {
        val ctx = Context()
        coroutineScope {
            launch(ctx.asSharedElement() + Dispatchers.Default) { shouldThrow<ContextEnteredException> { ctx.run { } } }
        }
    }

    // ---- run while the coroutine is suspended ----

    coroutineTest("run is allowed while a coroutine of the context is suspended, which then sees what it set") {
        val ctx = Context()
        val coroutine = one.pausedCoroutine(ctx) { pause ->
            pause()
            v.get()
        }
        ctx.execute { v.set(1) }
        coroutine.resume()
        coroutine.await() shouldBe 1
    }

    // ---- a coroutine that meets a run ----

    /** Enters a context on thread two for as long as the block runs. */
    suspend fun whileEntered(ctx: Context, block: suspend () -> Unit) {
        two.call { ctx.enter() }
        try {
            block()
        } finally {
            two.call { ctx.exit() }
        }
    }

    fun scope(handler: (Throwable) -> Unit = {}) =
        CoroutineScope(SupervisorJob() + Dispatchers.Default + CoroutineExceptionHandler { _, e -> handler(e) })

    coroutineTest(
        "a launched coroutine fails with the refusal when its context is entered, and touches nothing there",
    ) {
        val ctx = Context()
        val failure = CompletableDeferred<Throwable>()
        val scope = scope { failure.complete(it) }
        whileEntered(ctx) {
            scope
                .launch(ctx.asSharedElement()) {
                    v.set(1)
                    yield()
                    v.set(2)
                }.join()
            failure.await().shouldBeInstanceOf<ContextEnteredException>().message shouldBe
                "cannot enter context: $ctx is already entered"
        }
        ctx[v].shouldBeNull()
        scope.cancel()
    }

    coroutineTest("await throws the refusal when the context is entered") {
        val ctx = Context()
        val scope = scope()
        whileEntered(ctx) {
            val deferred = scope.async(ctx.asSharedElement()) { v.set(1) }
            shouldThrow<IllegalStateException> { deferred.await() }.shouldBeInstanceOf<ContextEnteredException>()
        }
        ctx[v].shouldBeNull()
        scope.cancel()
    }

    mapOf(
        "the same dispatcher" to null,
        "another dispatcher" to Dispatchers.IO,
    ).forEach { (where, dispatcher) ->
        coroutineTest("withContext on $where throws the refusal when the context is entered") {
            val ctx = Context()
            withContext(Dispatchers.Default) {
                whileEntered(ctx) {
                    shouldThrow<IllegalStateException> {
                        withContext(ctx.asElement() + (dispatcher ?: CoroutineName("same"))) {
                            v.set(1)
                            yield()
                        }
                    }.shouldBeInstanceOf<ContextEnteredException>()
                }
            }
            ctx[v].shouldBeNull()
        }
    }

    coroutineTest(
        "a coroutine that resumes while its context is entered fails with the refusal, and goes on in a copy till then",
    ) {
        val ctx = Context()
        var seen: Int? = null
        val coroutine = one.pausedCoroutine(ctx) { pause ->
            v.set(1)
            try {
                pause()
            } finally {
                seen = v.get()
                v.set(2)
            }
        }
        whileEntered(ctx) {
            coroutine.resume()
            shouldThrow<IllegalStateException> { coroutine.await() }.shouldBeInstanceOf<ContextEnteredException>()
        }
        seen shouldBe 1
        ctx[v] shouldBe 1
    }

    mapOf<String, suspend (suspend () -> Unit) -> Unit>(
        "coroutineScope" to { body -> coroutineScope { body() } },
        "withTimeout" to { body -> withTimeout(1.hours) { body() } },
        "an undispatched withContext" to { body -> withContext(CoroutineName("inner")) { body() } },
    ).forEach { (where, inside) ->
        coroutineTest(
            "a coroutine that resumes in $where while its context is entered fails, even if it catches that",
        ) {
            val ctx = Context()
            val coroutine = one.pausedCoroutine(ctx) { pause ->
                runCatching { inside(pause) }
                v.set(2)
            }
            whileEntered(ctx) {
                coroutine.resume()
                shouldThrow<IllegalStateException> { coroutine.await() }.shouldBeInstanceOf<ContextEnteredException>()
            }
            ctx[v].shouldBeNull()
        }
    }

    coroutineTest(
        "withContext that resumes while its context is entered throws the refusal to its caller, which goes on",
    ) {
        val ctx = Context()
        val coroutine = one.pausedCoroutine { pause ->
            val refusal = shouldThrow<IllegalStateException> {
                withContext(ctx) {
                    pause()
                    v.set(1)
                }
            }
            refusal.shouldBeInstanceOf<ContextEnteredException>()
            "went on"
        }
        whileEntered(ctx) {
            coroutine.resume()
            coroutine.await() shouldBe "went on"
        }
        ctx[v].shouldBeNull()
    }

    coroutineTest("a coroutine of a context inside the run of that context fails with the refusal") {
        val ctx = Context()
        withContext(Dispatchers.IO) {
            shouldThrow<IllegalStateException> {
                ctx.run { runBlocking { withTimeout(30.seconds) { withContext(ctx) { v.set(1) } } } }
            }.shouldBeInstanceOf<ContextEnteredException>()
        }
        ctx[v].shouldBeNull()
        ctx.run { 42 } shouldBe 42
    }

    coroutineTest("a coroutine with a copy is not concerned by who enters the original") {
        val ctx = Context().apply { execute { v.set(1) } }
        whileEntered(ctx) {
            runBlocking(Dispatchers.Default + ctx.asElement()) {
                yield()
                v.get() shouldBe 1
                v.set(2)
            }
        }
        ctx[v] shouldBe 1
    }
})
