// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/** launch(ctx.asSharedElement()), async(ctx.asSharedElement()) and withContext(ctx) run in ctx itself: asyncio's `create_task(coro, context=ctx)`. */
class LaunchInContextSpec : FunSpec({
    val one = autoClose(worker("launch-1"))
    val two = autoClose(worker("launch-2"))

    afterEach { threadsShouldBeClean() }

    coroutineTest("launch(ctx.asSharedElement()) runs in ctx itself, whether its launcher has an element or not") {
        val ctx = contextOf("alice")
        withContext(one) {
            launch(ctx.asSharedElement()) { shouldRunIn(ctx) { it() } }.join()
            here().shouldBeNull()
        }
        withContext(one + contextOf("launcher").asElement()) {
            launch(ctx.asSharedElement()) { shouldRunIn(ctx) { it() } }.join()
            user.get() shouldBe "launcher"
        }
    }

    coroutineTest("a child launched into its parent's own context takes turns with it, undispatched too") {
        val ctx = contextOf("alice")
        withContext(one) {
            withContext(ctx) {
                for (start in listOf(CoroutineStart.DEFAULT, CoroutineStart.UNDISPATCHED)) {
                    launch(ctx.asSharedElement(), start = start) {
                        user.set("child")
                        yield()
                        here() shouldBeSameInstanceAs ctx
                    }.join()
                    here() shouldBeSameInstanceAs ctx
                    user.get() shouldBe "child"
                    user.set("parent")
                }
            }
        }
        ctx[user] shouldBe "parent"
    }

    coroutineTest("async(ctx.asSharedElement()) runs in ctx itself, and gives its result") {
        val ctx = contextOf("alice")
        withContext(one) {
            val deferred = async(ctx.asSharedElement()) {
                shouldRunIn(ctx) { it() }
                user.set("bob")
                user.get()
            }
            deferred.await() shouldBe "bob"
            here().shouldBeNull()
        }
        ctx[user] shouldBe "bob"
    }

    coroutineTest("withContext(ctx) runs in ctx itself, gives its result, and comes back") {
        val ctx = contextOf("alice")
        withContext(one + contextOf("caller").asElement()) {
            val result = withContext(ctx) {
                shouldRunIn(ctx) { it() }
                user.set("bob")
                42
            }
            result shouldBe 42
            user.get() shouldBe "caller"
        }
        ctx[user] shouldBe "bob"
    }

    coroutineTest("launch(ctx.asSharedElement()) and async(ctx.asSharedElement()) take a dispatcher and a name along") {
        val ctx = contextOf("alice")
        val thread = two.call { Thread.currentThread() }
        withContext(one) {
            launch(ctx.asSharedElement() + two + CoroutineName("worker")) {
                currentCoroutineContext()[CoroutineName] shouldBe CoroutineName("worker")
                Thread.currentThread() shouldBeSameInstanceAs thread
                shouldRunIn(ctx) { it() }
            }.join()
            async(ctx.asSharedElement() + Dispatchers.IO) { shouldRunIn(ctx) { it() } }.await()
        }
    }

    coroutineTest("children of a coroutine in ctx run in copies, and share ctx with the builders it calls") {
        val ctx = contextOf("alice")
        withContext(one) {
            launch(ctx.asSharedElement()) {
                shouldRunInCopyOf(ctx) { block -> launch { block() }.join() }
                shouldRunInCopyOf(ctx) { block -> async(two) { block() }.await() }
                shouldRunIn(ctx) { block -> withContext(two) { block() } }
            }.join()
            withContext(ctx) {
                shouldRunInCopyOf(ctx) { block -> launch { block() }.join() }
                shouldRunIn(ctx) { block -> withContext(CoroutineName("")) { block() } }
            }
        }
    }

    coroutineTest("a lazy coroutine in ctx takes no snapshot") {
        val ctx = contextOf("when built")
        withContext(one) {
            val lazy = async(ctx.asSharedElement(), start = CoroutineStart.LAZY) {
                here() shouldBeSameInstanceAs ctx
                user.get()
            }
            ctx.run { user.set("when started") }
            lazy.await() shouldBe "when started"
        }
    }

    coroutineTest("an undispatched coroutine in ctx leaves its launcher where it was") {
        val (caller, ctx) = contextOf("caller") to contextOf("alice")
        withContext(one + caller.asElement()) {
            val job = launch(ctx.asSharedElement(), start = CoroutineStart.UNDISPATCHED) {
                here() shouldBeSameInstanceAs ctx
                user.set("started")
                yield()
                here() shouldBeSameInstanceAs ctx
            }
            here() shouldBeSameInstanceAs caller
            ctx[user] shouldBe "started"
            job.join()
        }
    }

    coroutineTest("a coroutine in ctx that is cancelled before it starts leaves ctx alone") {
        val ctx = contextOf("alice")
        withContext(one) {
            listOf(CoroutineStart.DEFAULT, CoroutineStart.LAZY).forEach { start ->
                launch(ctx.asSharedElement(), start = start) { user.set("started") }.cancelAndJoin()
            }
        }
        ctx[user] shouldBe "alice"
    }

    coroutineTest("a coroutine in ctx that is cancelled leaves in ctx what it has set") {
        val ctx = contextOf("alice")
        withContext(one) {
            val job = launch(ctx.asSharedElement()) {
                user.set("waiting")
                awaitCancellation()
            }
            yield()
            job.cancelAndJoin()
            here().shouldBeNull()
        }
        ctx[user] shouldBe "waiting"
    }

    coroutineTest("a coroutine in ctx that fails leaves in ctx what it has set, and its exception passes") {
        val ctx = contextOf("alice")
        val supervisor = CoroutineScope(one + SupervisorJob() + CoroutineExceptionHandler { _, _ -> })
        val deferred = supervisor.async<Unit>(ctx.asSharedElement()) {
            user.set("async")
            yield()
            throw IllegalArgumentException("async")
        }
        shouldThrow<IllegalArgumentException> { deferred.await() }.message shouldBe "async"
        ctx[user] shouldBe "async"
        supervisor
            .launch(ctx.asSharedElement()) {
                user.set("launch")
                throw IllegalArgumentException("launch")
            }.join()
        ctx[user] shouldBe "launch"
        shouldThrow<IllegalArgumentException> {
            withContext(ctx) {
                user.set("withContext")
                throw IllegalArgumentException("withContext")
            }
        }.message shouldBe "withContext"
        ctx[user] shouldBe "withContext"
    }

    coroutineTest("ctx serves coroutines, builders and run one after the other") {
        val ctx = contextOf("0")

        fun step() = user.set("${user.get().toInt() + 1}")
        withContext(Dispatchers.Default) {
            repeat(250) {
                launch(ctx.asSharedElement()) { step() }.join()
                async(ctx.asSharedElement()) { step() }.await()
                withContext(ctx) { step() }
                ctx.run { step() }
            }
        }
        ctx[user] shouldBe "1000"
    }

    coroutineTest("coroutines that take turns in ctx see one another's values") {
        val ctx = contextOf("")
        withContext(one) {
            List(3) { n ->
                launch(ctx.asSharedElement()) {
                    repeat(2) {
                        user.set(user.get() + n)
                        yield()
                    }
                }
            }
        }
        ctx[user] shouldBe "012012"
    }
})
