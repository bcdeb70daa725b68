// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.ThreadContextElement
import java.util.concurrent.FutureTask
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.random.Random

/**
 * An element's update and restore, called as kotlinx.coroutines calls them. Each irregular order occurs in released
 * versions. An exception from either function would hang a coroutine.
 */
class ContextElementSpec : FunSpec({
    val one = autoClose(worker("element-1"))
    val two = autoClose(worker("element-2"))

    afterEach { threadsShouldBeClean() }

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

    test("a nested update of the same element is restored in two steps") {
        val ctx = contextOf("alice")
        val element = elementOf(ctx)
        one.call {
            val first = element.update()
            val second = element.update()
            here() shouldBeSameInstanceAs ctx
            element.restore(second)
            here() shouldBeSameInstanceAs ctx
            element.restore(first)
            here().shouldBeNull()
        }
    }

    test("a second restore with the same token has the same result") {
        val (outer, inner) = contextOf("outer") to contextOf("inner")
        one.call {
            val outerToken = elementOf(outer).update()
            val innerToken = elementOf(inner).update()
            repeat(2) {
                elementOf(inner).restore(innerToken)
                here() shouldBeSameInstanceAs outer
            }
            repeat(2) {
                elementOf(outer).restore(outerToken)
                here().shouldBeNull()
            }
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

    test("a null token restored on another thread leaves it without a context") {
        val element = elementOf(contextOf("alice"))
        val token = one.call { element.update() }
        two.call {
            element.restore(token)
            here().shouldBeNull()
        }
        one.call { element.restore(token) }
    }

    test("restores out of order are corrected by the enclosing restore") {
        val (first, second) = elementOf(contextOf("first")) to elementOf(contextOf("second"))
        val around = elementOf(contextOf("around"))
        one.call {
            val aroundToken = around.update()
            val firstToken = first.update()
            val secondToken = second.update()
            first.restore(firstToken)
            second.restore(secondToken)
            around.restore(aroundToken)
            here().shouldBeNull()
        }
    }

    test("an element works on other threads if one thread never restores it") {
        val ctx = contextOf("alice")
        val element = elementOf(ctx)
        onNewThread { element.update() }
        two.call {
            val token = element.update()
            here() shouldBeSameInstanceAs ctx
            element.restore(token)
            here().shouldBeNull()
        }
    }

    test("restore returns to the thread's implicit context") {
        onNewThread {
            user.set("implicit")
            val own = here().shouldNotBeNull()
            val element = elementOf(contextOf("alice"))
            val token = element.update()
            user.get() shouldBe "alice"
            element.restore(token)
            here() shouldBeSameInstanceAs own
            user.get() shouldBe "implicit"
        }
    }

    test("an extra restore keeps the thread's implicit context") {
        onNewThread {
            user.set("implicit")
            val own = here().shouldNotBeNull()
            val (outer, inner) = elementOf(contextOf("outer")) to elementOf(contextOf("inner"))
            val outerToken = outer.update()
            val innerToken = inner.update()
            inner.restore(innerToken)
            user.get() shouldBe "outer"
            outer.restore(outerToken)
            outer.restore(outerToken)
            here() shouldBeSameInstanceAs own
        }
    }

    test("a token does not carry an implicit context to another thread") {
        val element = elementOf(contextOf("alice"))
        val token = onNewThread {
            user.set("implicit")
            element.update()
        }
        two.call {
            element.restore(token)
            here().shouldBeNull()
            user.get() shouldBe "nobody"
        }
        onNewThread {
            user.set("another implicit")
            element.restore(token)
            user.get() shouldBe "another implicit"
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
        both.fold(0) { count, _ -> count + 1 } shouldBe 1
    }

    test("toString of an element has the variables' names, but not their values") {
        val ctx = contextOf("secret")
        ctx.asElement().toString() shouldBe "ContextElement($ctx: user)"
        ctx.asElement().toString() shouldContain "<Context object at 0x"
    }
})

/** Runs a block on a new thread, which ends afterwards. */
private fun <T> onNewThread(block: () -> T): T {
    val task = FutureTask(block)
    Thread(task).apply { start() }.join()
    return runCatching { task.get() }.getOrElse { throw it.cause ?: it }
}
