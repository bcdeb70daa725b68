// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.AbstractCoroutine
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.ThreadContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.jvm.internal.CoroutineStackFrame

/** How the first update of a builder's element selects the context itself or its snapshot; see [ContextElement]. */
class ElementResolutionSpec : CoroutineSpec({
    @Suppress("UNCHECKED_CAST")
    fun LeasingElement.contextIn(coroutine: CoroutineContext): Context? = one.call {
        this as ThreadContextElement<Any?>
        val token = updateThreadContext(coroutine)
        here().also { restoreThreadContext(coroutine, token) }
    }

    fun unresolved(ctx: Context) = (ctx.asElement() as LeasingElement).copyForChild()

    test("a new coroutine runs in the snapshot") {
        val ctx = contextOf("alice")
        val element = unresolved(ctx)
        element.contextIn(NewCoroutine(element).context) shouldBeCopyOf ctx
    }

    test("a scope of its caller runs in the context itself") {
        val ctx = contextOf("alice")
        val element = unresolved(ctx)
        element.contextIn(FrameCoroutine(element).context) shouldBeSameInstanceAs ctx
    }

    test("only the first coroutine resolves an element") {
        val ctx = contextOf("alice")
        val copied = unresolved(ctx)
        val copy = copied.contextIn(NewCoroutine(copied).context) shouldBeCopyOf ctx
        copied.contextIn(FrameCoroutine(copied).context) shouldBeSameInstanceAs copy

        val shared = unresolved(ctx)
        shared.contextIn(FrameCoroutine(shared).context) shouldBeSameInstanceAs ctx
        shared.contextIn(NewCoroutine(shared).context) shouldBeSameInstanceAs ctx
        shared.contextIn(EmptyCoroutineContext) shouldBeSameInstanceAs ctx
    }

    test("an update without a Job leaves the element unresolved") {
        val ctx = contextOf("alice")
        val element = unresolved(ctx)
        element.contextIn(EmptyCoroutineContext) shouldBeCopyOf ctx
        element.contextIn(FrameCoroutine(element).context) shouldBeSameInstanceAs ctx
    }

    test("an update with the caller's Job leaves the element unresolved") {
        val ctx = contextOf("alice")
        for (caller in listOf(Job(), NewCoroutine(contextOf("caller").asElement()), FrameCoroutine())) {
            val element = unresolved(ctx)
            element.contextIn(caller + element) shouldBeCopyOf ctx
            element.contextIn(FrameCoroutine(element).context) shouldBeSameInstanceAs ctx
        }
    }

    test("a scope that inherits the element from its caller runs in the snapshot") {
        val ctx = contextOf("alice")
        val element = unresolved(ctx)
        val inherited = FrameCoroutine(element, callerFrame = FrameCoroutine(element))
        element.contextIn(inherited.context) shouldBeCopyOf ctx
    }

    test("a copy of an unresolved element copies its snapshot") {
        val ctx = contextOf("when built")
        val element = unresolved(ctx)
        ctx.run { user.set("later") }
        val child = element.copyForChild()
        child.contextIn(NewCoroutine(child).context) shouldBeCopyOf contextOf("when built")
    }

    test("mergeForChild copies the right-hand element") {
        val (left, right) = contextOf("left") to contextOf("right")
        val merged = (left.asElement() as LeasingElement).mergeForChild(right.asElement()) as LeasingElement
        merged.contextIn(NewCoroutine(merged).context) shouldBeCopyOf right
    }

    test("a shared element runs one coroutine in the context, and its children in copies") {
        val ctx = contextOf("alice")
        val element = (ctx.asSharedElement() as LeasingElement).copyForChild()
        element.contextIn(NewCoroutine(element).context) shouldBeSameInstanceAs ctx
        val child = element.copyForChild()
        child.contextIn(NewCoroutine(child).context) shouldBeCopyOf ctx
    }
})

/** A coroutine like the one of launch. */
@OptIn(InternalCoroutinesApi::class)
private open class NewCoroutine(context: CoroutineContext = EmptyCoroutineContext) :
    AbstractCoroutine<Unit>(context, false, true)

/** A coroutine like the one of withContext. */
private class FrameCoroutine(
    context: CoroutineContext = EmptyCoroutineContext,
    override val callerFrame: CoroutineStackFrame? = null,
) : NewCoroutine(context),
    CoroutineStackFrame {
    override fun getStackTraceElement(): StackTraceElement? = null
}
