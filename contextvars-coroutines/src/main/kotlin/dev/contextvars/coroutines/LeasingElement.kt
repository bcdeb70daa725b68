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
 * What all elements with our key have in common: an update and a restore that never throw, and a coroutine that fails
 * if its context was rejected.
 */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class, InternalCoroutinesApi::class)
internal abstract class LeasingElement : CopyableThreadContextElement<Any?> {
    // What the coroutine must fail with. Plain: handed from thread to thread with the coroutine.
    private var failure: Throwable? = null

    /** The context that coroutines with this element run in; null if it is not known yet. */
    abstract val context: Context?

    /** The claim on a context that other code can reach too. */
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
            // Thrown from here, it would hang the coroutine for ever. It may have been out of stack: try once more with
            // the same error, and else at the next update.
            failure = failure ?: error
            try {
                fail(context, error)
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
     * Uses the right-hand element, as `withContext(other)` requires; merged with itself it is copied like any other.
     * It may be of another class: integrations of others can have elements with this key.
     */
    final override fun mergeForChild(overwritingElement: CoroutineContext.Element): CoroutineContext =
        (overwritingElement as CopyableThreadContextElement<*>).copyForChild()

    // Check the class first: a class check is one pointer comparison, an interface check may be a search (JDK-8180450).
    protected fun isCarriedBy(coroutine: Any?): Boolean = when (coroutine) {
        is AbstractCoroutine<*> -> coroutine.context.contextElement === this
        is Continuation<*> -> coroutine.context.contextElement === this
        else -> false
    }

    /** Returns `ContextElement(0x3b: requestId, tenant)`: the variables that are set, without their values. */
    final override fun toString(): String {
        val names = context
            ?.asMap()
            ?.keys
            ?.map { it.name }
            ?.sorted()
            ?.joinToString()
        return "ContextElement(${context ?: "no Context yet"}${if (names.isNullOrEmpty()) "" else ": $names"})"
    }

    private companion object {
        /** The token of an update that could not install the context. */
        val NOT_ATTACHED = Any()
    }
}

/** This coroutine context's element with our key, if it is of our own class. */
internal val CoroutineContext.contextElement: LeasingElement?
    get() = (this[ContextElementKey] as Any?) as? LeasingElement
