// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import kotlin.time.Duration.Companion.milliseconds

/**
 * `flowOn(element)` on the collector's dispatcher creates no coroutine: the flow runs in the collector's coroutine with
 * another context. kotlinx.coroutines restores too early up to 1.10 (#4403), and too late in 1.11 (#4754, #4755).
 */
class FlowOnElementSpec : CoroutineSpec({
    val restoresLate = coroutinesVersion.startsWith("1.11.")

    // Suspends between its emissions, and emits its context.
    fun suspendingFlowIn(ctx: Context) = flow {
        val copy = here() shouldBeCopyOf ctx
        repeat(3) { n ->
            user.set("flow $n")
            yield()
            here() shouldBeSameInstanceAs copy
            user.get() shouldBe "flow $n"
            emit(copy)
        }
    }.flowOn(ctx.asElement())

    coroutineTest("flowOn(element) runs the flow in a copy of the context") {
        val (collector, ctx) = contextOf("collector") to contextOf("flow")

        suspend fun collect() = suspendingFlowIn(ctx).collect {
            here() shouldBeSameInstanceAs collector
            user.get() shouldBe "collector"
        }
        withContext(one + collector.asElement()) {
            collect()
            yield()
            coroutineScope { collect() }
        }
        ctx[user] shouldBe "flow"
        CoroutineScope(one).async(collector.asSharedElement()) { collect() }.await()
        ctx[user] shouldBe "flow"
    }

    coroutineTest("flowOn(element) without a suspension restores its collector's context") {
        val (collector, ctx) = contextOf("collector") to contextOf("flow")
        withContext(one + collector.asElement()) {
            flow { emit(here()) }.flowOn(ctx.asElement()).collect { it shouldBeCopyOf ctx }
            here() shouldBeSameInstanceAs collector
        }
    }

    coroutineTest("flowOn(element) restores its collector's context when the collector suspends") {
        val (collector, ctx) = contextOf("collector") to contextOf("flow")
        withContext(one + collector.asElement()) {
            var copy: Context? = null
            suspendingFlowIn(ctx).collect { copy = it }
            here() shouldBeSameInstanceAs if (restoresLate) collector else copy
            yield()
            here() shouldBeSameInstanceAs collector
        }
    }

    coroutineTest("flowOn(element) leaves no thread dirty if the collector has an element") {
        withContext(Dispatchers.Default + contextOf("collector").asElement()) {
            repeat(300) {
                suspendingFlowIn(contextOf("flow")).collect { user.get() shouldBe "collector" }
            }
        }
        threadsShouldBeClean()
    }

    coroutineTest("flowOn(element) leaves no thread dirty if the collection times out") {
        withContext(Dispatchers.Default + contextOf("collector").asElement()) {
            repeat(300) {
                withTimeoutOrNull(1.milliseconds) {
                    flow<Unit> {
                        user.set("flow")
                        awaitCancellation()
                    }.flowOn(contextOf("flow").asElement()).collect { }
                }
                yield()
                user.get() shouldBe "collector"
            }
        }
        threadsShouldBeClean()
    }

    // 1.11 restores the token of a nested update last. detach ignores it on the same thread, but cannot on another.
    coroutineTest("flowOn(element) leaves one thread clean if the collector has no element") {
        withContext(one) { suspendingFlowIn(contextOf("flow")).collect { } }
        threadsShouldBeClean()
    }

    coroutineTest("flowOn(element) and flowOn(dispatcher) leave no thread dirty") {
        withContext(one) {
            suspendingFlowIn(contextOf("flow")).flowOn(Dispatchers.Default).collect { }
        }
        threadsShouldBeClean()
    }
})
