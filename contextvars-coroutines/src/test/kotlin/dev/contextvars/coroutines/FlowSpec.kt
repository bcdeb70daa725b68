// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flatMapMerge
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.launchIn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onStart
import kotlinx.coroutines.flow.produceIn
import kotlinx.coroutines.flow.shareIn
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.withContext

/** A plain flow runs in its collector's context, and a flow with its own coroutine in a copy. */
@OptIn(ExperimentalCoroutinesApi::class, FlowPreview::class)
class FlowSpec : CoroutineSpec({
    fun flowThatRuns(block: suspend () -> Unit): Flow<Unit> = flow {
        block()
        emit(Unit)
    }

    contextTest("flow { } and its operators share their collector's context") { ctx ->
        shouldRunIn(ctx) { block -> flowThatRuns(block).collect { } }
        shouldRunIn(ctx) { block -> flowOf(1).map { block() }.filter { true }.first() }
        shouldRunIn(ctx) { block -> flowOf(1).onStart { block() }.collect() }
        shouldRunIn(ctx) { block -> flowOf(1).collect { block() } }
    }

    coroutineTest("flow { } and its collector see each other's changes") {
        val ctx = contextOf("collector")
        withContext(one + ctx.asElement()) {
            flow {
                repeat(3) { n ->
                    user.set("flow $n")
                    emit(n)
                    user.get() shouldBe "collector $n"
                    resumedElsewhere()
                    user.get() shouldBe "collector $n"
                }
            }.collect { n ->
                user.get() shouldBe "flow $n"
                user.set("collector $n")
                resumedElsewhere()
            }
        }
        ctx[user] shouldBe "collector 2"
    }

    contextTest("flowOn(same dispatcher) or flowOn(name) shares its collector's context") { ctx ->
        for (same in listOf(one, CoroutineName("flow"))) {
            shouldRunIn(
                ctx,
            ) { block -> flowThatRuns(block).flowOn(same).collect { here() shouldBeSameInstanceAs ctx } }
            here() shouldBeSameInstanceAs ctx
        }
    }

    mapOf<String, Flow<Unit>.() -> Flow<Unit>>(
        "flowOn(another dispatcher)" to { flowOn(two) },
        "buffer" to { buffer() },
        "conflate" to { conflate() },
        "flowOn(another dispatcher) and buffer" to { flowOn(two).buffer() },
        "flatMapMerge" to { flowOf(1).flatMapMerge { this } },
    ).forEach { (name, operator) ->
        contextTest("$name runs its upstream in a copy of the collector's context") { ctx ->
            shouldRunInCopyOf(ctx) { block ->
                flowThatRuns(block).operator().collect {
                    here() shouldBeSameInstanceAs ctx
                    user.get() shouldBe "caller"
                }
            }
        }
    }

    coroutineTest("flowOn(dispatcher + element) runs its upstream in a copy of the context") {
        val (collector, ctx) = contextOf("collector") to contextOf("upstream")
        withContext(one) {
            shouldRunInCopyOf(ctx) { block -> flowThatRuns(block).flowOn(two + ctx.asElement()).collect { } }
        }
        withContext(one + collector.asElement()) {
            shouldRunInCopyOf(ctx) { block ->
                flowThatRuns(block).flowOn(two + ctx.asElement()).collect { here() shouldBeSameInstanceAs collector }
            }
        }
    }

    contextTest("channelFlow and callbackFlow run in a copy of the collector's context") { ctx ->
        shouldRunInCopyOf(ctx) { block -> channelFlow<Unit> { block() }.collect { } }
        shouldRunInCopyOf(ctx) { block ->
            callbackFlow<Unit> {
                block()
                close()
                awaitClose()
            }.collect { }
        }
    }

    contextTest("launchIn and produceIn collect in a copy of the scope's context") { ctx ->
        shouldRunInCopyOf(ctx) { block -> flowThatRuns(block).launchIn(this).join() }
        shouldRunInCopyOf(ctx) { block -> flowThatRuns(block).produceIn(this).receive() }
    }

    coroutineTest("shareIn and stateIn collect once, in a copy of the scope's context") {
        val (collector, ctx) = contextOf("collector") to contextOf("scope")
        withContext(one + collector.asElement()) {
            val scope = CoroutineScope(two + ctx.asElement())
            shouldRunInCopyOf(ctx) { block ->
                val shared = flowThatRuns(block).shareIn(scope, SharingStarted.Lazily, replay = 1)
                coroutineScope {
                    shared.first()
                    shared.first()
                }
            }
            shouldRunInCopyOf(ctx) { block -> flowThatRuns(block).stateIn(scope).value }
            scope.cancel()
        }
    }
})
