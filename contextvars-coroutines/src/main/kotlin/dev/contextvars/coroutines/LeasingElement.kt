// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextLease
import dev.contextvars.ContextSwap
import kotlinx.coroutines.AbstractCoroutine
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CopyableThreadContextElement
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext

/**
 * The base class of this library's elements. Its update and restore never throw, and it fails a coroutine whose context
 * was rejected.
 */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class, InternalCoroutinesApi::class)
internal abstract class LeasingElement : CopyableThreadContextElement<Any?> {
    // The exception that the coroutine must fail with. Plain: passing the coroutine between threads is a happens-before
    // edge.
    private var failure: Throwable? = null

    /** The context in which coroutines with this element run, or null if it is not known yet. */
    abstract val context: Context?

    /** The claim on a context that other code can also reach, or null if there is none. */
    abstract val lease: ContextLease?

    /** Installs the context, and returns the token for the restore. */
    protected abstract fun attach(context: CoroutineContext): Any?

    /** Returns the coroutine that must fail if the context is rejected, or null if it is not known yet. */
    protected abstract fun jobToFail(current: Job?): Job?

    abstract override fun copyForChild(): LeasingElement

    final override val key: CoroutineContext.Key<*>
        get() = ContextElementKey

    final override fun updateThreadContext(context: CoroutineContext): Any? {
        var token: Any? = NOT_ATTACHED
        try {
            token = attach(context)
            val failure = failure ?: lease?.takeFailure() ?: return token
            this.failure = failure
            fail(context, failure)
        } catch (error: Throwable) {
            // An exception thrown from here would hang the coroutine forever. If the stack was full, a second attempt
            // may succeed; otherwise the next update tries again.
            val first = failure ?: error
            failure = first
            try {
                fail(context, first)
            } catch (again: Throwable) {
                // The failure is kept for the next update.
            }
        }
        return token
    }

    final override fun restoreThreadContext(context: CoroutineContext, oldState: Any?) {
        if (oldState === NOT_ATTACHED) return
        try {
            ContextSwap.detach(oldState)
        } catch (error: Throwable) {
            failure = failure ?: error
        }
    }

    private fun fail(context: CoroutineContext, failure: Throwable) {
        val job = jobToFail(context[Job]) ?: return
        if (job is AbstractCoroutine<*>) {
            job.cancelCoroutine(failure)
        } else {
            job.cancel(CancellationException(failure.message, failure))
        }
        this.failure = null
    }

    /**
     * Copies the right-hand element, as `withContext(other)` requires; an element merged with itself is copied, too.
     * The right-hand element may be of another class, because third-party integrations can have elements with this key.
     */
    final override fun mergeForChild(overwritingElement: CoroutineContext.Element): CoroutineContext =
        (overwritingElement as CopyableThreadContextElement<*>).copyForChild()

    // Check the class first: a class check is one pointer comparison, an interface check may be a search (JDK-8180450).
    protected fun isCarriedBy(coroutine: Any?): Boolean = when (coroutine) {
        is AbstractCoroutine<*> -> coroutine.context.contextElement === this
        is Continuation<*> -> coroutine.context.contextElement === this
        else -> false
    }

    /**
     * Returns `ContextElement(<Context object at 0x3b>: password <redacted>, tenant)`, with the variables that are set
     * but without their values, because coroutine contexts are printed in many places.
     */
    final override fun toString(): String {
        val names = context
            ?.asMap()
            ?.keys
            ?.map { if (it.isRedacted) "${it.name} <redacted>" else it.name }
            ?.sorted()
            ?.joinToString()
        return "ContextElement(${context ?: "no Context yet"}${if (names.isNullOrEmpty()) "" else ": $names"})"
    }

    private companion object {
        /** The token of an update that could not install the context. */
        val NOT_ATTACHED = Any()
    }
}

/** The element of this library in this coroutine context, or null if there is none or it is of another class. */
internal val CoroutineContext.contextElement: LeasingElement?
    get() = (this[ContextElementKey] as Any?) as? LeasingElement
