// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds

/** Functions that launch no coroutine run in their caller's context: the caller sees the block's changes. */
class ScopeFunctionSpec : CoroutineSpec({
    mapOf<String, suspend CoroutineScope.(block: suspend () -> Unit) -> Unit>(
        "a suspend function" to { block -> block() },
        "coroutineScope" to { block -> coroutineScope { block() } },
        "supervisorScope" to { block -> supervisorScope { block() } },
        "withTimeout" to { block -> withTimeout(1.hours) { block() } },
        "withTimeoutOrNull" to { block -> withTimeoutOrNull(1.hours) { block() } },
        "withContext(another thread)" to { block -> withContext(two) { block() } },
        "withContext(Dispatchers.IO)" to { block -> withContext(Dispatchers.IO) { block() } },
        "withContext(Dispatchers.Unconfined)" to { block -> withContext(Dispatchers.Unconfined) { block() } },
        "withContext(same thread)" to { block -> withContext(one) { block() } },
        "withContext(name)" to { block -> withContext(CoroutineName("inner")) { block() } },
        "withContext(NonCancellable)" to { block -> withContext(NonCancellable) { block() } },
        "a nest of builders" to { block ->
            coroutineScope { withContext(two) { withTimeout(1.hours) { withContext(CoroutineName("")) { block() } } } }
        },
    ).forEach { (name, builder) ->
        contextTest("$name shares its caller's context") { ctx -> shouldRunIn(ctx) { block -> builder(block) } }
    }

    contextTest("withTimeout that times out keeps the changes and the context") { ctx ->
        shouldThrow<TimeoutCancellationException> {
            withTimeout(1.milliseconds) {
                user.set("too late")
                awaitCancellation()
            }
        }
        here() shouldBeSameInstanceAs ctx
        user.get() shouldBe "too late"
    }

    contextTest("withContext(dispatcher) without a suspension shares its caller's context") { ctx ->
        repeat(1_000) { round ->
            withContext(two) { user.set("$round") }
            here() shouldBeSameInstanceAs ctx
            user.get() shouldBe "$round"
        }
    }

    contextTest("runInterruptible shares its caller's context with blocking code") { ctx ->
        runInterruptible(two) {
            here() shouldBeSameInstanceAs ctx
            user.set("blocking")
        }
        here() shouldBeSameInstanceAs ctx
        user.get() shouldBe "blocking"
    }

    contextTest("runBlocking without an element shares the blocked thread's context") { ctx ->
        runBlocking {
            here() shouldBeSameInstanceAs ctx
            yield()
            user.set("blocking")
        }
        here() shouldBeSameInstanceAs ctx
        user.get() shouldBe "blocking"
    }

    contextTest("a sequence runs in the context of the caller of next") { ctx ->
        val elements = sequence {
            yield(here())
            user.set("sequence")
            yield(here())
        }.iterator()
        elements.next() shouldBeSameInstanceAs ctx
        withContext(two) { elements.next() shouldBeSameInstanceAs ctx }
        user.get() shouldBe "sequence"
    }
})
