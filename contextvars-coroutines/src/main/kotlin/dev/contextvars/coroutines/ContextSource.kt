// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import kotlinx.coroutines.ThreadContextElement
import kotlin.coroutines.CoroutineContext

/**
 * SPI: the key of all elements of this library. A coroutine context has at most one such element.
 */
public object ContextElementKey : CoroutineContext.Key<ThreadContextElement<*>>

/**
 * SPI: determines the [Context] in which a coroutine runs. Intended for integrations that bind their own element.
 *
 * Applications should use [asElement] and [asSharedElement], which correspond to [copyForNewCoroutine] and [shared].
 *
 * ```
 * val calls = ContextSource.copyForEachBuilder(Context()).toElement()
 * withContext(calls) { user.set("alice") } // in a copy, unlike with asElement()
 * withContext(calls) { println(user.getOrNull()) } // prints null
 * ```
 *
 * Sources and elements may be used any number of times, by any thread.
 */
public abstract class ContextSource internal constructor() {
    /** Returns a coroutine context element that installs this source's contexts; O(1). */
    public open fun toElement(): ThreadContextElement<*> = ContextElement(this, null)

    /** Returns the element of a coroutine that a builder creates with this source. */
    internal abstract fun childElement(): LeasingElement?

    /** Returns the context of a coroutine that runs with this source's own element. */
    internal abstract fun find(coroutineContext: CoroutineContext): Context

    /** The factories of sources. */
    public companion object {
        /**
         * Returns a source with which a new coroutine runs in a copy of the context, and `withContext` in the context
         * itself (see [asElement]).
         */
        @JvmStatic
        public fun copyForNewCoroutine(context: Context): ContextSource = Bound(context)

        /**
         * Returns a source with which the one coroutine created with the element runs in the context itself (see
         * [asSharedElement]).
         */
        @JvmStatic
        public fun shared(context: Context): ContextSource = Shared(context)

        /**
         * Returns a source with which every builder, including `withContext`, gets a copy of the context. Intended for
         * a server whose engine may call `withContext` for each request, as Ktor's test host does.
         */
        @JvmStatic
        public fun copyForEachBuilder(context: Context): ContextSource = CopyForEachBuilder(context)

        /**
         * Returns a source with which every builder gets a copy of the context that is current on the thread that calls
         * the builder. Intended for a client whose engine launches in its own scope.
         */
        @JvmStatic
        public fun copyOfCurrent(): ContextSource = CopyOfCurrent

        /**
         * Returns a source with which a coroutine runs in the context that [find] returns for its coroutine context, or
         * in an empty context if [find] returns null. Intended for a framework that propagates the context in its own
         * element.
         *
         * [find] is called once for each coroutine, at its first dispatch, on the thread of that dispatch. If it
         * throws, the coroutine fails.
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

        // The child of a copy: withContext runs in the copy itself. A launched coroutine copies it once more. No other
        // code can reach the second copy, so its dispatches need no claim.
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

    /** The source of one coroutine whose context is found at its first dispatch; its children copy that context. */
    private class Once(private val function: (CoroutineContext) -> Context?) : ContextSource() {
        override fun childElement() = null

        override fun find(coroutineContext: CoroutineContext) = function(coroutineContext) ?: Context()
    }
}
