// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.testing.pollUntil
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.booleans.shouldBeFalse
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.completeWith
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.jvm.internal.CoroutineStackFrame
import kotlin.time.Duration.Companion.hours

/**
 * The contract of `withContext(ctx)`: values, scope, exceptions and cancellation. kotlinx.coroutines' `withContext`
 * with an element is the reference. See [WithContextDispatchSpec] for threads, and [EnteredContextSpec] for misuse.
 */
@OptIn(ExperimentalCoroutinesApi::class)
class WithContextSpec : CoroutineSpec({
    /** A test in the context "alice" on thread one. */
    fun insideTest(
        name: String,
        body: suspend CoroutineScope.(ctx: Context) -> Unit,
    ) = inContextTest(name) { inContext ->
        val ctx = contextOf("alice")
        withContext(one) {
            inContext(ctx) {
                body(ctx)
                here() shouldBeSameInstanceAs ctx
            }
        }
    }

    // ---- values ----

    inContextTest("runs its block in the context itself, at once") { inContext ->
        val ctx = contextOf("alice")
        withContext(one) {
            val thread = Thread.currentThread()
            val result = inContext(ctx) {
                Thread.currentThread() shouldBeSameInstanceAs thread
                user.get() shouldBe "alice"
                shouldRunIn(ctx) { it() }
                42
            }
            result shouldBe 42
        }
        ctx[user] shouldBe "after the suspension"
    }

    inContextTest("restores its caller's context") { inContext ->
        for (callersElement in listOf(EmptyCoroutineContext, contextOf("caller").asElement())) {
            withContext(one + callersElement) {
                val caller = here()
                for (block in listOf<suspend () -> Unit>({ }, { yield() }, { resumedElsewhere() })) {
                    inContext(contextOf("alice")) { block() }
                    here() shouldBe caller
                    user.get() shouldBe if (caller == null) "nobody" else "caller"
                }
                yield()
                here() shouldBe caller
            }
        }
    }

    insideTest("keeps the context on other dispatchers") { ctx ->
        for (dispatcher in listOf(two, Dispatchers.IO, Dispatchers.Unconfined)) {
            shouldRunIn(ctx) { block -> withContext(dispatcher) { block() } }
        }
    }

    inContextTest("runs inside withContext(dispatcher)") { inContext ->
        val ctx = contextOf("alice")
        withContext(one + contextOf("caller").asElement()) {
            withContext(Dispatchers.IO) {
                inContext(ctx) { shouldRunIn(ctx) { it() } }
                user.get() shouldBe "caller"
            }
            user.get() shouldBe "caller"
        }
    }

    inContextTest("nests in another context and in its own") { inContext ->
        val (a, b) = contextOf("a") to contextOf("b")
        withContext(one) {
            inContext(a) {
                inContext(b) {
                    shouldRunIn(b) { it() }
                    inContext(a) { shouldRunIn(a) { it() } }
                    here() shouldBeSameInstanceAs b
                }
                here() shouldBeSameInstanceAs a
                inContext(a) { shouldRunIn(a) { it() } }
                here() shouldBeSameInstanceAs a
            }
            here().shouldBeNull()
        }
    }

    inContextTest("exits three levels in one dispatch") { inContext ->
        val (a, b, c) = List(3) { Context() }
        for (callersElement in listOf(EmptyCoroutineContext, contextOf("caller").asElement())) {
            val counting = CountingDispatcher(one)
            withContext(counting + callersElement) {
                val caller = here()
                val dispatches = counting.dispatchesOf {
                    inContext(a) {
                        inContext(b) {
                            inContext(c) {
                                yield()
                                here() shouldBeSameInstanceAs c
                            }
                            here() shouldBeSameInstanceAs b
                        }
                        here() shouldBeSameInstanceAs a
                    }
                    here() shouldBe caller
                }
                dispatches shouldBe 1
            }
        }
    }

    inContextTest("nests with asElement()") { inContext ->
        val (ctx, other) = contextOf("alice") to contextOf("other")
        withContext(one + contextOf("caller").asElement()) {
            inContext(ctx) {
                withContext(other.asElement()) { shouldRunIn(other) { it() } }
                here() shouldBeSameInstanceAs ctx
                withContext(two + other.asElement()) { shouldRunIn(other) { it() } }
                here() shouldBeSameInstanceAs ctx
                shouldRunInCopyOf(other) { block -> launch(other.asElement()) { block() }.join() }
                launch(other.asSharedElement()) { shouldRunIn(other) { it() } }.join()
            }
            withContext(other.asElement()) {
                inContext(ctx) { shouldRunIn(ctx) { it() } }
                here() shouldBeSameInstanceAs other
            }
            user.get() shouldBe "caller"
        }
    }

    insideTest("keeps its context when called with its own coroutine context") { ctx ->
        shouldRunIn(ctx) { block -> withContext(currentCoroutineContext()) { block() } }
    }

    // ---- scope ----

    inContextTest("runs its block in an active child Job of its caller") { inContext ->
        val caller = currentCoroutineContext().job
        val scope = inContext(Context()) {
            val job = currentCoroutineContext().job
            coroutineContext.job shouldBeSameInstanceAs job
            caller.children.toList() shouldBe listOf(job)
            job.isActive.shouldBeTrue()
            job.shouldBeInstanceOf<CoroutineStackFrame>() // by which asElement() recognizes a scope
            yield()
            job.isActive.shouldBeTrue()
            job
        }
        scope.isCompleted.shouldBeTrue()
        caller.children.toList().shouldBeEmpty()
    }

    inContextTest("has an element of its context") { inContext ->
        val ctx = Context()
        inContext(ctx) {
            currentCoroutineContext().hasContextElement.shouldBeTrue()
            currentCoroutineContext().contextElement?.context shouldBeSameInstanceAs ctx
            ensureContextElement()
        }
        currentCoroutineContext().hasContextElement.shouldBeFalse()
    }

    insideTest("runs its children in copies") { ctx ->
        shouldRunInCopyOf(ctx) { block -> launch { block() }.join() }
        shouldRunInCopyOf(ctx) { block -> async(two) { block() }.await() }
        shouldRunInCopyOf(ctx) { block -> launch(currentCoroutineContext()) { block() }.join() }
        shouldRunInCopyOf(ctx) { block -> launch(start = CoroutineStart.UNDISPATCHED) { block() }.join() }
    }

    insideTest("keeps its context beside an UNDISPATCHED child") { ctx ->
        val child = launch(start = CoroutineStart.UNDISPATCHED) {
            here() shouldBeCopyOf ctx
            user.set("child")
            yield()
            user.get() shouldBe "child"
        }
        user.get() shouldBe "alice"
        child.join()
    }

    inContextTest("may not surround emit") { inContext ->
        shouldThrow<IllegalStateException> { flow { inContext(Context()) { emit(1) } }.collect { } }
    }

    // ---- exceptions ----

    inContextTest("throws the exception of its block") { inContext ->
        for (suspends in listOf(false, true)) {
            val ctx = Context()
            val failure = IllegalArgumentException("block")
            withContext(one) {
                val thrown = shouldThrow<IllegalArgumentException> { failIn(ctx, inContext, failure, suspends) }
                here().shouldBeNull()
                if (isDebug) {
                    (thrown === failure || thrown.cause === failure).shouldBeTrue()
                    // A recovered stack trace, which kotlinx.coroutines collects from frame to caller's frame.
                    thrown.stackTrace.map { it.methodName } shouldContain "failIn"
                } else {
                    thrown shouldBeSameInstanceAs failure
                }
            }
            ctx[user] shouldBe "changed"
        }
    }

    inContextTest("fails with the exception of a child") { inContext ->
        withContext(one) {
            shouldThrow<IllegalArgumentException> {
                inContext(Context()) {
                    launch(two) { throw IllegalArgumentException("child") }
                    awaitCancellation()
                }
            }.message shouldBe "child"
            here().shouldBeNull()
        }
    }

    // ---- cancellation ----

    InContext.entries.forEach { inContext ->
        test("$inContext is cancelled by a timeout, around it or inside") {
            val ctx = Context()
            runTest {
                shouldThrow<TimeoutCancellationException> {
                    withTimeout(1.hours) {
                        inContext(ctx) {
                            try {
                                awaitCancellation()
                            } finally {
                                here() shouldBeSameInstanceAs ctx
                                user.set("timed out")
                            }
                        }
                    }
                }
                here().shouldBeNull()
                inContext(ctx) {
                    withTimeoutOrNull(1.hours) { awaitCancellation() }.shouldBeNull()
                    here() shouldBeSameInstanceAs ctx
                    user.get() shouldBe "timed out"
                }
                here().shouldBeNull()
                currentTime shouldBe 2.hours.inWholeMilliseconds
            }
        }

        test("$inContext keeps the order and the virtual time of runTest") {
            val steps = mutableListOf<String>()
            runTest {
                repeat(2) { n ->
                    launch {
                        inContext(Context()) {
                            delay(2 - n.toLong())
                            steps += "in $n at $currentTime"
                        }
                        steps += "after $n at $currentTime"
                    }
                }
            }
            steps shouldBe listOf("in 1 at 1", "after 1 at 1", "in 0 at 2", "after 0 at 2")
        }
    }

    inContextTest("runs the finally of a cancelled block in its context") { inContext ->
        val ctx = contextOf("alice")
        withContext(one) {
            val job = launch {
                try {
                    inContext(ctx) {
                        try {
                            awaitCancellation()
                        } finally {
                            withContext(NonCancellable) { shouldRunIn(ctx) { it() } }
                        }
                    }
                } finally {
                    here().shouldBeNull()
                }
            }
            yield()
            job.cancelAndJoin()
        }
        ctx[user] shouldBe "after the suspension"
    }

    /** Starts a coroutine that may be cancelled, and stores what its body returns or throws. */
    fun <T> start(result: CompletableDeferred<T>, body: suspend CoroutineScope.() -> T): Job =
        CoroutineScope(one).launch { result.completeWith(runCatching { body() }) }

    inContextTest("does not run its block in a cancelled caller") { inContext ->
        var isRun = false
        val result = CompletableDeferred<Unit>()
        start(result) {
            cancel()
            try {
                inContext(Context()) { isRun = true }
            } finally {
                here().shouldBeNull()
            }
        }
        shouldThrow<CancellationException> { result.await() }
        isRun.shouldBeFalse()
    }

    inContextTest("throws CancellationException if its block cancels the caller") { inContext ->
        for (suspends in listOf(false, true)) {
            val ctx = Context()
            val result = CompletableDeferred<Unit>()
            start(result) {
                val caller = coroutineContext.job
                try {
                    inContext(ctx) {
                        if (suspends) yield()
                        caller.cancel()
                        user.set("changed")
                    }
                } finally {
                    here().shouldBeNull()
                }
            }
            shouldThrow<CancellationException> { result.await() }
            ctx[user] shouldBe "changed"
        }
    }

    inContextTest("throws if its caller is cancelled before it resumes") { inContext ->
        val scope = CompletableDeferred<Job>()
        val isPaused = CompletableDeferred<Unit>()
        val result = CompletableDeferred<String>()
        val caller = start(result) {
            inContext(Context()) {
                launch(two) { isPaused.await() }
                scope.complete(coroutineContext.job)
                "result"
            }
        }
        val job = scope.await()
        // The scope completes while thread one is busy: the caller's dispatch comes after the cancellation.
        one.call {
            isPaused.complete(Unit)
            pollUntil { job.isCompleted }.shouldBeTrue()
            caller.cancel()
        }
        shouldThrow<CancellationException> { result.await() }
        job.isCancelled.shouldBeFalse()
    }
})

/** Not a tail call, so that this function has a frame. */
private suspend fun failIn(ctx: Context, inContext: InContext, failure: Exception, suspends: Boolean): Nothing {
    inContext(ctx) {
        if (suspends) yield()
        user.set("changed")
        throw failure
    }
}

private val isDebug = System.getProperty("kotlinx.coroutines.debug") != "off"
