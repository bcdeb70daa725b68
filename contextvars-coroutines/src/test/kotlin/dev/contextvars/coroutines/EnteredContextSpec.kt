// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextEnteredException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.booleans.shouldBeFalse
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.hours

/** A coroutine's context that a thread enters with `run`, or has entered when the coroutine starts or resumes. */
@OptIn(ExperimentalCoroutinesApi::class) // CoroutineStart.ATOMIC
class EnteredContextSpec : CoroutineSpec({
    fun asyncIn(coroutineContext: CoroutineContext, start: CoroutineStart = CoroutineStart.DEFAULT) =
        { ctx: Context, body: suspend () -> Unit ->
            CoroutineScope(SupervisorJob() + coroutineContext).async(ctx.asSharedElement(), start) { body() }
        }

    /** Runs the block while thread two is in the context. */
    suspend fun whileEntered(ctx: Context, block: suspend () -> Unit) {
        two.call { ctx.enter() }
        try {
            block()
        } finally {
            two.call { ctx.exit() }
        }
    }

    // ---- run, in a coroutine that is in the context ----

    val positions = mapOf<String, suspend (suspend () -> Unit) -> Unit>(
        "directly" to { it() },
        "after a suspension" to { body ->
            yield()
            body()
        },
        "in coroutineScope" to { body -> coroutineScope { body() } },
        "in withTimeout" to { body -> withTimeout(1.hours) { body() } },
        "in two scopes" to { body -> coroutineScope { withTimeout(1.hours) { body() } } },
        "after coroutineScope" to { body ->
            coroutineScope { yield() }
            body()
        },
        "in withContext(name)" to { body -> withContext(CoroutineName("inner")) { body() } },
        "after withContext(name)" to { body ->
            withContext(CoroutineName("inner")) { }
            body()
        },
        "on another dispatcher" to { body -> withContext(Dispatchers.IO) { body() } },
        "after 2,000 hops to another dispatcher" to { body ->
            repeat(2_000) {
                withContext(Dispatchers.IO) { }
                body()
            }
        },
        "in the run of another context" to { body -> Context().run { runBlocking { body() } } },
        "in another context" to { body -> withContext(Context()) { body() } },
        "in another context, after a suspension" to { body ->
            withContext(Context()) {
                yield()
                body()
            }
        },
        "in another context, on another dispatcher" to { body ->
            withContext(Context()) { withContext(Dispatchers.IO) { body() } }
        },
        "in another element" to { body -> withContext(Context().asElement()) { body() } },
        "in another element, after a suspension" to { body ->
            withContext(Context().asElement()) {
                yield()
                body()
            }
        },
        "two contexts deep" to { body -> withContext(Context()) { withContext(Context()) { body() } } },
        "in another context, after the run of a third" to { body ->
            withContext(Context()) {
                yield()
                Context().run { runBlocking(Context().asElement()) { } }
                body()
            }
        },
    )
    positions.forEach { (position, inside) ->
        coroutineTest("run throws in its coroutine: $position") {
            for (inContext in InContext.entries) {
                val ctx = contextOf("alice")
                withContext(Dispatchers.Default) {
                    inContext(ctx) {
                        inside {
                            shouldThrow<ContextEnteredException> { ctx.run { user.set("bob") } }.message shouldBe
                                "cannot enter context: $ctx is already entered"
                            Context().execute { shouldThrow<ContextEnteredException> { ctx.run { } } }
                        }
                        here() shouldBeSameInstanceAs ctx
                        user.get() shouldBe "alice"
                    }
                }
                ctx.run { 42 } shouldBe 42
            }
        }
    }

    coroutineTest("run throws in a coroutine that is launched in the context") {
        val ctx = Context()
        launch(ctx.asSharedElement() + Dispatchers.Default) {
            shouldThrow<ContextEnteredException> { ctx.run { } }
        }.join()
    }

    coroutineTest("run enters the context of a suspended coroutine, which sees the changes") {
        val ctx = Context()
        val coroutine = one.pausedCoroutine(ctx) { pause ->
            pause()
            user.get()
        }
        ctx.execute { user.set("bob") }
        coroutine.resume()
        coroutine.await() shouldBe "bob"
    }

    coroutineTest("run enters the context of a suspended parent from its child") {
        val ctx = Context()
        withContext(one) {
            withContext(ctx) { async { ctx.run { user.set("child") } }.await() }
        }
        ctx[user] shouldBe "child"
    }

    // ---- a coroutine that starts in an entered context ----

    mapOf<String, suspend (Context, suspend () -> Unit) -> Unit>(
        "withContext(ctx)" to { ctx, body -> withContext(ctx) { body() } },
        "withContext(ctx) after a suspension" to { ctx, body ->
            yield()
            withContext(ctx) { body() }
        },
        "withContext(ctx) in another one" to { ctx, body ->
            withContext(Context()) { withContext(ctx) { body() } }
        },
        "withContext(ctx) in withContext(dispatcher)" to { ctx, body ->
            withContext(Dispatchers.IO) { withContext(ctx) { body() } }
        },
        "withContext(ctx) without a dispatcher" to { ctx, body ->
            CoroutineScope(ForeignInterceptor(one.executor))
                .async {
                    shouldThrow<ContextEnteredException> { withContext(ctx) { body() } }
                    currentCoroutineContext().isActive.shouldBeTrue()
                }.await()
            withContext(ctx) { body() }
        },
        "withContext(element + dispatcher)" to { ctx, body ->
            withContext(ctx.asElement() + Dispatchers.IO) { body() }
        },
        "async on a dispatcher" to { ctx, body -> asyncIn(Dispatchers.Default)(ctx, body).await() },
    ).forEach { (builder, start) ->
        coroutineTest("$builder throws and does not run its body") {
            val ctx = contextOf("alice")
            var isRun = false
            val attempt: suspend () -> Unit = {
                shouldThrow<ContextEnteredException> { start(ctx) { isRun = true } }.message shouldBe
                    "cannot enter context: $ctx is already entered"
                currentCoroutineContext().isActive.shouldBeTrue()
            }
            whileEntered(ctx, attempt)
            ctx.run { runBlocking(Dispatchers.Default) { attempt() } }
            withContext(Dispatchers.IO) { ctx.run { runBlocking { attempt() } } }
            isRun.shouldBeFalse()
            ctx.run { user.get() } shouldBe "alice"
        }
    }

    // kotlinx.coroutines starts these bodies even if their Job has failed: documented at asElement.
    mapOf<String, suspend (Context, suspend () -> Unit) -> Unit>(
        "withContext(element)" to { ctx, body -> withContext(ctx.asElement()) { body() } },
        "async UNDISPATCHED" to { ctx, body ->
            asyncIn(Dispatchers.Default, CoroutineStart.UNDISPATCHED)(ctx, body).await()
        },
        "async ATOMIC" to { ctx, body -> asyncIn(Dispatchers.Default, CoroutineStart.ATOMIC)(ctx, body).await() },
        "async on Unconfined" to { ctx, body -> asyncIn(Dispatchers.Unconfined)(ctx, body).await() },
    ).forEach { (builder, start) ->
        coroutineTest("$builder runs its body in a copy until it suspends, and then fails") {
            val ctx = contextOf("alice")
            val steps = mutableListOf<String>()
            whileEntered(ctx) {
                shouldThrow<ContextEnteredException> {
                    start(ctx) {
                        steps += user.get()
                        user.set("bob")
                        yield()
                        steps += "after the suspension"
                    }
                }
            }
            steps shouldContainExactly listOf("alice")
            ctx[user] shouldBe "alice"
        }
    }

    contextTest("the caller of a rejected withContext(element) continues in its own context") { own ->
        val ctx = Context()
        whileEntered(ctx) {
            shouldThrow<ContextEnteredException> { withContext(ctx.asElement()) { } }
            here() shouldBeSameInstanceAs own
        }
    }

    coroutineTest("launch passes the exception to the exception handler") {
        val ctx = Context()
        val failure = CompletableDeferred<Throwable>()
        val handler = CoroutineExceptionHandler { _, thrown -> failure.complete(thrown) }
        whileEntered(ctx) {
            CoroutineScope(Dispatchers.Default + handler).launch(ctx.asSharedElement()) { user.set("bob") }.join()
        }
        failure.await().shouldBeInstanceOf<ContextEnteredException>()
        ctx[user].shouldBeNull()
    }

    // ---- a coroutine that resumes in an entered context ----

    coroutineTest("a coroutine that resumes in an entered context runs finally in a copy") {
        val ctx = contextOf("alice")
        var seen: String? = null
        val coroutine = one.pausedCoroutine(ctx) { pause ->
            user.set("before")
            try {
                pause()
            } finally {
                seen = user.get()
                user.set("finally")
            }
        }
        whileEntered(ctx) {
            coroutine.resume()
            shouldThrow<ContextEnteredException> { coroutine.await() }
        }
        seen shouldBe "before"
        ctx[user] shouldBe "before"
    }

    // The whole coroutine or block must fail: an inner scope may be inside a try, which could continue.
    val scopes = setOf("directly", "in coroutineScope", "in withTimeout", "in withContext(name)", "in two scopes")
    positions.filterKeys { it in scopes + "in another context" }.forEach { (position, inside) ->
        coroutineTest("a coroutine fails on resuming in an entered context: $position") {
            val ctx = Context()
            val coroutine = one.pausedCoroutine(ctx) { pause ->
                runCatching { inside(pause) }
                user.set("bob")
            }
            whileEntered(ctx) {
                coroutine.resume()
                shouldThrow<ContextEnteredException> { coroutine.await() }
            }
            ctx[user].shouldBeNull()
        }

        inContextTest("fails on resuming in an entered context: $position") { inContext ->
            val ctx = Context()
            for (caller in listOf(null, contextOf("caller"))) {
                val coroutine = one.pausedCoroutine(caller) { pause ->
                    coroutineScope {
                        shouldThrow<ContextEnteredException> {
                            inContext(ctx) {
                                runCatching { inside(pause) }
                                user.set("bob")
                            }
                        }
                        here() shouldBe caller
                        currentCoroutineContext().isActive.shouldBeTrue()
                        yield()
                    }
                    "continued"
                }
                whileEntered(ctx) {
                    coroutine.resume()
                    coroutine.await() shouldBe "continued"
                }
            }
            ctx[user].shouldBeNull()
        }
    }
})
