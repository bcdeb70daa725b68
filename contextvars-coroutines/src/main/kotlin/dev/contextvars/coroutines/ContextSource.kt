// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import kotlinx.coroutines.ThreadContextElement
import kotlin.coroutines.CoroutineContext

/**
 * SPI: the key of all elements of this library. A coroutine context has at most one of them.
 */
public object ContextElementKey : CoroutineContext.Key<ThreadContextElement<*>>

/**
 * SPI: decides which [Context] a coroutine runs in; for integrations that bind an element of their own.
 *
 * Applications should use [asElement] and [asSharedElement], which are the first two of these.
 *
 * ```
 * val calls = ContextSource.copyForEachBuilder(Context()).toElement()
 * withContext(calls) { user.set("alice") } // in a copy, unlike with asElement()
 * withContext(calls) { println(user.getOrNull()) } // prints null
 * ```
 *
 * An element may be used any number of times, by any thread.
 */
public abstract class ContextSource internal constructor() {
    /** Returns an element that installs this source's contexts; O(1). */
    public open fun toElement(): ThreadContextElement<*> = ContextElement(this, null)

    /** Returns the element of a coroutine that a builder creates with this source. */
    internal abstract fun childElement(): LeasingElement?

    /** Returns the context of a coroutine that runs with this source's own element. */
    internal abstract fun find(coroutineContext: CoroutineContext): Context

    public companion object {
        /** A new coroutine runs in a copy of the context, and `withContext` in the context itself: [asElement]. */
        @JvmStatic
        public fun copyForNewCoroutine(context: Context): ContextSource = Bound(context)

        /** The one coroutine that is built with the element runs in the context itself: [asSharedElement]. */
        @JvmStatic
        public fun shared(context: Context): ContextSource = Shared(context)

        /**
         * Every builder gets a copy of the context, `withContext` too; for a server whose engine may call
         * `withContext` for each request, as Ktor's test host does.
         */
        @JvmStatic
        public fun copyForEachBuilder(context: Context): ContextSource = CopyForEachBuilder(context)

        /**
         * Every builder gets a copy of the context that is current on the thread that calls the builder; for a client
         * whose engine launches in a scope of its own.
         */
        @JvmStatic
        public fun copyOfCurrent(): ContextSource = CopyOfCurrent

        /**
         * A coroutine runs in the context that the function returns for its coroutine context, at its first dispatch,
         * or in an empty one if the function returns null; for a framework that carries the context in an element of
         * its own.
         *
         * The function is called once for each coroutine, on the thread that first runs it. If it throws, the
         * coroutine fails.
         */
        @JvmStatic
        public fun foundAtDispatch(find: (CoroutineContext) -> Context?): ContextSource = FoundAtDispatch(find)
    }

    private class Bound(private val context: Context) : ContextSource() {
        override fun toElement() = ContextElement(null, context, leased = true)

        override fun childElement() = ContextElement.childOf(context)

        override fun find(coroutineContext: CoroutineContext) = context
    }

    private class Shared(private val context: Context) : ContextSource() {
        override fun toElement() = ContextElement(this, context, leased = true)

        override fun childElement() = ContextElement(null, context, leased = true)

        override fun find(coroutineContext: CoroutineContext) = context
    }

    private class CopyForEachBuilder(private val context: Context) : ContextSource() {
        override fun toElement() = ContextElement(this, context, leased = true)

        // The child of a copy: withContext runs in the copy itself. A launched coroutine copies it once more, and no
        // other code can reach that one, so that its dispatches need no claim.
        override fun childElement() = ContextElement.childOf(context.copy())

        override fun find(coroutineContext: CoroutineContext) = context
    }

    private object CopyOfCurrent : ContextSource() {
        override fun childElement() = ContextElement(null, Context.copyContext())

        override fun find(coroutineContext: CoroutineContext) = Context.copyContext()
    }

    private class FoundAtDispatch(private val function: (CoroutineContext) -> Context?) : ContextSource() {
        override fun childElement() = ContextElement(Once(function), null)

        override fun find(coroutineContext: CoroutineContext) = function(coroutineContext) ?: Context()
    }

    /** The source of one coroutine whose context is found at its first dispatch; its children copy what was found. */
    private class Once(private val function: (CoroutineContext) -> Context?) : ContextSource() {
        override fun childElement() = null

        override fun find(coroutineContext: CoroutineContext) = function(coroutineContext) ?: Context()
    }
}
