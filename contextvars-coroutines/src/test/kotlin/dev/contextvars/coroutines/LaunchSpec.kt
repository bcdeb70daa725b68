// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.channels.consumeEach
import kotlinx.coroutines.channels.produce
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** Starts a coroutine in this scope that runs the block, and waits for it. */
private typealias Start = suspend CoroutineScope.(extra: CoroutineContext, block: suspend () -> Unit) -> Unit

/** A new coroutine runs in a copy of its element's context, taken when it is created (as asyncio's Task does). */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
class LaunchSpec : FunSpec({
    val one = autoClose(worker("launch-1"))
    val two = autoClose(worker("launch-2"))

    afterEach { threadsShouldBeClean() }

    mapOf<String, Start>(
        "launch" to { extra, block -> launch(extra) { block() }.join() },
        "async" to { extra, block -> async(extra) { block() }.await() },
        "produce" to { extra, block -> produce<Unit>(extra) { block() }.consumeEach { } },
        "future" to { extra, block -> future(extra) { block() }.await() },
        "launch LAZY" to { extra, block -> launch(extra, CoroutineStart.LAZY) { block() }.join() },
        "launch ATOMIC" to { extra, block -> launch(extra, CoroutineStart.ATOMIC) { block() }.join() },
        "launch UNDISPATCHED" to { extra, block -> launch(extra, CoroutineStart.UNDISPATCHED) { block() }.join() },
        "launch on another dispatcher" to { extra, block -> launch(extra + two) { block() }.join() },
        "launch on Unconfined" to { extra, block -> launch(extra + Dispatchers.Unconfined) { block() }.join() },
        "launch in coroutineScope" to { extra, block -> coroutineScope { launch(extra) { block() } } },
        "launch in withContext(dispatcher)" to { extra, block -> withContext(two) { launch(extra) { block() } } },
        "launch in async" to { extra, block -> async { launch(extra) { block() } }.await() },
    ).forEach { (name, start) ->
        coroutineTest("$name with an element runs in a copy") {
            val ctx = contextOf("alice")
            withContext(one) {
                shouldRunInCopyOf(ctx) { block -> start(ctx.asElement(), block) }
            }
        }

        coroutineTest("$name without an element runs in a copy of its caller's context") {
            val ctx = contextOf("alice")
            withContext(one + ctx.asElement()) {
                shouldRunInCopyOf(ctx) { block -> start(EmptyCoroutineContext, block) }
                here() shouldBeSameInstanceAs ctx
            }
        }

        coroutineTest("$name with another element runs in a copy of its context") {
            val (parent, ctx) = contextOf("parent") to contextOf("alice")
            withContext(one + parent.asElement()) {
                shouldRunInCopyOf(ctx) { block -> start(ctx.asElement(), block) }
                here() shouldBeSameInstanceAs parent
                user.get() shouldBe "parent"
            }
        }

        coroutineTest("$name with its caller's own element runs in a copy") {
            val ctx = contextOf("alice")
            withContext(one + ctx.asElement()) {
                val own = currentCoroutineContext()[ContextElementKey].shouldNotBeNull()
                shouldRunInCopyOf(ctx) { block -> start(own, block) }
            }
        }
    }

    coroutineTest("launch(coroutineContext) runs in a copy") {
        val ctx = contextOf("alice")
        withContext(one + ctx.asElement()) {
            shouldRunInCopyOf(ctx) { block -> launch(currentCoroutineContext()) { block() }.join() }
        }
    }

    coroutineTest("runBlocking with an element runs in a copy, on the thread that it blocks") {
        val ctx = contextOf("alice")
        one.call {
            val thread = Thread.currentThread()
            runBlocking(ctx.asElement()) {
                Thread.currentThread() shouldBeSameInstanceAs thread
                val copy = here() shouldBeCopyOf ctx
                shouldRunIn(copy) { it() }
                shouldRunInCopyOf(copy) { block -> launch { block() }.join() }
                shouldRunInCopyOf(copy) { block -> async(two) { block() }.await() }
            }
            here().shouldBeNull()
        }
        ctx[user] shouldBe "alice"
    }

    coroutineTest("the copy is taken when the coroutine is created, not when it starts") {
        val ctx = contextOf("when created")
        withContext(one + ctx.asElement()) {
            val children = listOf(
                async { user.get() },
                async(start = CoroutineStart.LAZY) { user.get() },
                async(two, CoroutineStart.LAZY) { user.get() },
                async(ctx.asElement(), CoroutineStart.LAZY) { user.get() },
            )
            user.set("when started")
            children.awaitAll().distinct() shouldBe listOf("when created")
        }
    }

    coroutineTest("a grandchild copies the context of the child") {
        val ctx = contextOf("root")
        withContext(one + ctx.asElement()) {
            launch {
                user.set("child")
                launch {
                    user.get() shouldBe "child"
                    user.set("grandchild")
                }.join()
                user.get() shouldBe "child"
            }.join()
        }
        ctx[user] shouldBe "root"
    }

    coroutineTest("parallel coroutines do not see each other's values") {
        val ctx = contextOf("parent")
        withContext(Dispatchers.Default + ctx.asElement()) {
            repeat(100) { n ->
                launch {
                    user.get() shouldBe "parent"
                    repeat(20) { step ->
                        user.set("$n/$step")
                        yield()
                        user.get() shouldBe "$n/$step"
                    }
                }
            }
        }
        ctx[user] shouldBe "parent"
    }

    coroutineTest("a child copies its parent's context, not one that the thread has entered") {
        val ctx = contextOf("coroutine")
        withContext(one + ctx.asElement()) {
            val child = contextOf("entered").run { async { user.get() } }
            child.await() shouldBe "coroutine"
        }
    }

    coroutineTest("an UNDISPATCHED child does not change its parent's context") {
        val ctx = contextOf("parent")
        withContext(one + ctx.asElement()) {
            launch(start = CoroutineStart.UNDISPATCHED) {
                here() shouldBeCopyOf ctx
                user.set("child")
            }
            here() shouldBeSameInstanceAs ctx
            val suspended = launch(start = CoroutineStart.UNDISPATCHED) {
                user.set("child")
                yield()
                user.get() shouldBe "child"
            }
            here() shouldBeSameInstanceAs ctx
            suspended.join()
            user.get() shouldBe "parent"
        }
    }

    coroutineTest("a child that is cancelled before it starts changes no context") {
        val ctx = contextOf("parent")
        withContext(one + ctx.asElement()) {
            val child = launch(two) { user.set("child") }
            child.cancel()
            val late = launch(start = CoroutineStart.LAZY) { user.set("late") }
            late.cancel()
            child.join()
            here() shouldBeSameInstanceAs ctx
        }
        ctx[user] shouldBe "parent"
    }

    coroutineTest("GlobalScope inherits nothing") {
        withContext(one + contextOf("alice").asElement()) {
            val orphan = GlobalScope.async(two) { here() }
            orphan.await().shouldBeNull()
        }
    }
})
