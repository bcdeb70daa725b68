// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.AbstractCoroutine
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.ThreadContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.jvm.internal.CoroutineStackFrame

/**
 * What a builder copies is undecided between the context and a snapshot of it: the coroutine that was built with it
 * decides, once, and no other.
 */
class AdoptionSpec : FunSpec({
    val one = autoClose(worker("adoption-1"))

    afterEach { threadsShouldBeClean() }

    @Suppress("UNCHECKED_CAST")
    fun LeasingElement.contextIn(coroutine: CoroutineContext): Context? = one.call {
        this as ThreadContextElement<Any?>
        val token = updateThreadContext(coroutine)
        here().also { restoreThreadContext(coroutine, token) }
    }

    fun undecided(ctx: Context) = (ctx.asElement() as LeasingElement).copyForChild()

    test("a new coroutine decides for the snapshot") {
        val ctx = contextOf("alice")
        val element = undecided(ctx)
        element.contextIn(NewCoroutine(element).context) shouldBeCopyOf ctx
    }

    test("a coroutine that is a frame of its caller decides for the context itself") {
        val ctx = contextOf("alice")
        val element = undecided(ctx)
        element.contextIn(FrameCoroutine(element).context) shouldBeSameInstanceAs ctx
    }

    test("the first coroutine decides once and for all") {
        val ctx = contextOf("alice")
        val copied = undecided(ctx)
        val copy = copied.contextIn(NewCoroutine(copied).context) shouldBeCopyOf ctx
        copied.contextIn(FrameCoroutine(copied).context) shouldBeSameInstanceAs copy

        val adopted = undecided(ctx)
        adopted.contextIn(FrameCoroutine(adopted).context) shouldBeSameInstanceAs ctx
        adopted.contextIn(NewCoroutine(adopted).context) shouldBeSameInstanceAs ctx
        adopted.contextIn(EmptyCoroutineContext) shouldBeSameInstanceAs ctx
    }

    test("a probe without a job decides nothing") {
        val ctx = contextOf("alice")
        val element = undecided(ctx)
        element.contextIn(EmptyCoroutineContext) shouldBeCopyOf ctx
        element.contextIn(FrameCoroutine(element).context) shouldBeSameInstanceAs ctx
    }

    test("a probe with the caller's job decides nothing, be that one new or a frame") {
        val ctx = contextOf("alice")
        for (caller in listOf(Job(), NewCoroutine(contextOf("caller").asElement()), FrameCoroutine())) {
            val element = undecided(ctx)
            element.contextIn(caller + element) shouldBeCopyOf ctx
            element.contextIn(FrameCoroutine(element).context) shouldBeSameInstanceAs ctx
        }
    }

    test("a frame that only inherits the element decides for the snapshot") {
        val ctx = contextOf("alice")
        val element = undecided(ctx)
        val inherited = FrameCoroutine(element, callerFrame = FrameCoroutine(element))
        element.contextIn(inherited.context) shouldBeCopyOf ctx
    }

    test("a copy of an undecided element is of its snapshot") {
        val ctx = contextOf("when built")
        val element = undecided(ctx)
        ctx.run { user.set("later") }
        val child = element.copyForChild()
        child.contextIn(NewCoroutine(child).context) shouldBeCopyOf contextOf("when built")
    }

    test("merged, the element on the right is taken, and copied") {
        val (left, right) = contextOf("left") to contextOf("right")
        val merged = (left.asElement() as LeasingElement).mergeForChild(right.asElement()) as LeasingElement
        merged.contextIn(NewCoroutine(merged).context) shouldBeCopyOf right
    }

    test("an adopting element makes any coroutine run in the context itself, and its children in copies") {
        val ctx = contextOf("alice")
        val element = (ctx.asSharedElement() as LeasingElement).copyForChild()
        element.contextIn(NewCoroutine(element).context) shouldBeSameInstanceAs ctx
        val child = element.copyForChild()
        child.contextIn(NewCoroutine(child).context) shouldBeCopyOf ctx
    }
})

/** A coroutine as launch makes one. */
@OptIn(InternalCoroutinesApi::class)
private open class NewCoroutine(context: CoroutineContext = EmptyCoroutineContext) :
    AbstractCoroutine<Unit>(context, false, true)

/** A coroutine as withContext makes one. */
private class FrameCoroutine(
    context: CoroutineContext = EmptyCoroutineContext,
    override val callerFrame: CoroutineStackFrame? = null,
) : NewCoroutine(context),
    CoroutineStackFrame {
    override fun getStackTraceElement(): StackTraceElement? = null
}
