// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.testing.TestThread
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.ThreadContextElement
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.random.Random

/**
 * An element's update and restore, called as kotlinx.coroutines calls them. Each irregular order occurs in released
 * versions. An exception from either function would hang a coroutine. The core's specs of `ContextSwap` and `ContextLease`
 * have more orders.
 */
class ContextElementSpec : CoroutineSpec({
    @Suppress("UNCHECKED_CAST")
    fun elementOf(ctx: Context) = ctx.asElement() as ThreadContextElement<Any?>

    fun ThreadContextElement<Any?>.update() = updateThreadContext(EmptyCoroutineContext)

    fun ThreadContextElement<Any?>.restore(token: Any?) = restoreThreadContext(EmptyCoroutineContext, token)

    test("update installs the context, and restore the previous one") {
        val (outer, inner) = contextOf("outer") to contextOf("inner")
        one.call {
            val outerToken = elementOf(outer).update()
            here() shouldBeSameInstanceAs outer
            val innerToken = elementOf(inner).update()
            here() shouldBeSameInstanceAs inner
            elementOf(inner).restore(innerToken)
            here() shouldBeSameInstanceAs outer
            elementOf(outer).restore(outerToken)
            here().shouldBeNull()
        }
    }

    test("overlapping updates on two threads are independent") {
        val ctx = contextOf("alice")
        val element = elementOf(ctx)
        val firstToken = one.call { element.update() }
        val secondToken = two.call { element.update() }
        one.call {
            here() shouldBeSameInstanceAs ctx
            element.restore(firstToken)
            here().shouldBeNull()
        }
        two.call {
            here() shouldBeSameInstanceAs ctx
            user.get() shouldBe "alice"
            element.restore(secondToken)
            here().shouldBeNull()
        }
    }

    // What flowOn(element) does in 1.11 where the collector has an element (#4754).
    test("a token restored on another thread is corrected by that thread's restore") {
        val (collector, flow) = contextOf("collector") to contextOf("flow")
        val flowToken = one.call {
            val collectorToken = elementOf(collector).update()
            elementOf(flow).update().also { elementOf(collector).restore(collectorToken) }
        }
        one.call { here() }.shouldBeNull()
        two.call {
            val resumeToken = elementOf(flow).update()
            elementOf(flow).restore(flowToken)
            here() shouldBeSameInstanceAs collector
            elementOf(flow).restore(resumeToken)
            here().shouldBeNull()
        }
        one.call { here() }.shouldBeNull()
    }

    test("an element works on other threads if one thread never restores it") {
        val ctx = contextOf("alice")
        val element = elementOf(ctx)
        TestThread("never restored").use { thread -> thread { element.update() } }
        two.call {
            val token = element.update()
            here() shouldBeSameInstanceAs ctx
            element.restore(token)
            here().shouldBeNull()
        }
    }

    test("random updates and restores on two threads never throw") {
        val seed = Random.nextLong()
        val random = Random(seed)
        val elements = List(4) { elementOf(contextOf("$it")) }
        val tokens = mutableListOf<Any?>(null)
        val threads: List<ExecutorCoroutineDispatcher> = listOf(one, two)
        runCatching {
            repeat(2_000) {
                val element = elements.random(random)
                val token = tokens.random(random)
                threads.random(random).call {
                    if (random.nextBoolean()) tokens += element.update() else element.restore(token)
                }
            }
            threads.forEach { thread ->
                thread.call {
                    elements.first().restore(null)
                    here().shouldBeNull()
                }
            }
        }.onFailure { throw AssertionError("seed $seed", it) }
    }

    test("all elements have one key: the last one added replaces the others") {
        val (first, last) = contextOf("first").asElement() to contextOf("last").asElement()
        listOf(first, last, Context().asSharedElement()).map { it.key }.toSet() shouldBe setOf(ContextElementKey)
        val both = first + last
        both[ContextElementKey] shouldBeSameInstanceAs last
        both.minusKey(ContextElementKey) shouldBe EmptyCoroutineContext
        last[last.key] shouldBeSameInstanceAs last
        last.fold(0) { count, _ -> count + 1 } shouldBe 1
    }
})
