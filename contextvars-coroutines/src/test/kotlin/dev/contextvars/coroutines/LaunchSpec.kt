// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.ObsoleteCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.channels.actor
import kotlinx.coroutines.channels.consumeEach
import kotlinx.coroutines.channels.produce
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** Starts a coroutine in this scope that runs the block, and waits for it. */
private typealias Start = suspend CoroutineScope.(extra: CoroutineContext, block: suspend () -> Unit) -> Unit

/** A new coroutine runs in a copy of its element's context, taken when it is created (as asyncio's Task does). */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class, ObsoleteCoroutinesApi::class)
class LaunchSpec : CoroutineSpec({
    mapOf<String, Start>(
        "launch" to { extra, block -> launch(extra) { block() }.join() },
        "async" to { extra, block -> async(extra) { block() }.await() },
        "produce" to { extra, block -> produce<Unit>(extra) { block() }.consumeEach { } },
        "actor" to { extra, block -> coroutineScope { actor<Unit>(extra) { block() } } },
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

        contextTest("$name without an element runs in a copy of its caller's context") { ctx ->
            shouldRunInCopyOf(ctx) { block -> start(EmptyCoroutineContext, block) }
        }

        contextTest("$name with another element runs in a copy of its context") {
            val other = contextOf("other")
            shouldRunInCopyOf(other) { block -> start(other.asElement(), block) }
            user.get() shouldBe "caller"
        }

        contextTest("$name with its caller's own element runs in a copy") { ctx ->
            val own = currentCoroutineContext()[ContextElementKey].shouldNotBeNull()
            shouldRunInCopyOf(ctx) { block -> start(own, block) }
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

    contextTest("the copy is taken when the coroutine is created, not when it starts") { ctx ->
        val children = listOf(
            async { user.get() },
            async(start = CoroutineStart.LAZY) { user.get() },
            async(two, CoroutineStart.LAZY) { user.get() },
            async(ctx.asElement(), CoroutineStart.LAZY) { user.get() },
        )
        user.set("when started")
        children.awaitAll().distinct() shouldBe listOf("caller")
    }

    contextTest("a child copies its parent's context, not one that the thread has entered") {
        val child = contextOf("entered").run { async { user.get() } }
        child.await() shouldBe "caller"
    }

    coroutineTest("GlobalScope inherits nothing") {
        withContext(one + contextOf("alice").asElement()) {
            val orphan = GlobalScope.async(two) { here() }
            orphan.await().shouldBeNull()
        }
    }
})
