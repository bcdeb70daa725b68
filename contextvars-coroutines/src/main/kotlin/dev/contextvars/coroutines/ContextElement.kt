// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.spi.ContextLease
import dev.contextvars.spi.ContextSwap
import kotlinx.coroutines.AbstractCoroutine
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CopyableThreadContextElement
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.jvm.internal.CoroutineStackFrame

/**
 * Makes a [Context] current on each thread that runs a coroutine, for as long as it runs there.
 *
 * ## Value semantics
 * What [updateThreadContext] replaces goes into the token it returns, and [restoreThreadContext] puts that back: a swap
 * of pointers, without order or count. The machinery demands no less. It updates on the next thread before it has
 * restored on the last (most hops between threads), updates nested, restores twice or elsewhere or out of order or never,
 * and hangs the coroutine for ever on an exception from either, so that neither may throw.
 *
 * ## Which context
 * `withContext(element)` is to run in the element's context, and a new coroutine in a copy of it; but both ask
 * [copyForChild] alike, and it is not told by whom (kotlinx.coroutines #3902). So the element it returns is _undecided_:
 * it has the context and a snapshot of it, and the coroutine that was built with it decides when it first runs: that of
 * `withContext` is a stack frame of its caller. Until then, and where there is no such coroutine, it is the snapshot.
 *
 * ## Misuse
 * A copy that was made for a coroutine is reached by nobody else: two field writes a dispatch. A context that the user
 * has as well is leased ([ContextLease]): while a thread has entered it, the coroutine runs in a copy, and fails.
 *
 * There is one key for all elements, and one element however many variables there are: kotlinx.coroutines allocates
 * nothing for one thread element, and 80 bytes a dispatch for two.
 */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class, InternalCoroutinesApi::class)
internal class ContextElement private constructor(
    context: Context,
    original: Context?,
    shared: Boolean,
    private val adopting: Boolean,
) : CopyableThreadContextElement<Any?> {
    // Settled by the first dispatch, which happens before every later one of the same coroutine. Volatile for others: a
    // launch from another thread into this coroutine's scope copies the snapshot or the settled context, either whole.
    @Volatile
    private var context: Context = context

    // What withContext would run in, while that is undecided. Only the coroutine's own dispatches read and write it.
    private var original: Context? = original

    // The hold on a context that others reach, too. As original.
    private var lease: ContextLease? = if (shared) lease(context) else null

    // What the coroutine is to fail with. As original.
    private var refusal: IllegalStateException? = null

    // The coroutine that this element was built for. Volatile: a thread that enters the context asks whether it is over.
    @Volatile
    private var job: Job? = null

    override val key: CoroutineContext.Key<*>
        get() = Key

    override fun updateThreadContext(context: CoroutineContext): Any? {
        if (original != null) decide(context[Job])
        val lease = lease ?: return ContextSwap.attach(this.context)
        val token = lease.attach()
        refusal = refusal ?: lease.pollRefusal()
        // Anew where runTest, which copies no element, takes one that another test has had.
        if (job?.isCompleted != false || refusal != null) meet(context[Job])
        return token
    }

    /** Takes note of the coroutine that this element was built for, and lets it fail if its context was refused. */
    private fun meet(coroutine: Job?) {
        // Not in a probe, whose job is the caller's: that would end in place of the coroutine that is refused.
        if (!isCarriedBy(coroutine)) return
        if (job?.isCompleted != false) job = coroutine
        // The whole of it, not the scope or withContext inside that has just resumed: it may catch what that fails with.
        refusal?.let { fail(job, it) }
        refusal = null
    }

    override fun restoreThreadContext(context: CoroutineContext, oldState: Any?): Unit = ContextSwap.detach(oldState)

    override fun copyForChild(): ContextElement =
        if (adopting) {
            ContextElement(context, null, shared = true, adopting = false)
        } else {
            ContextElement(context.copy(), context, shared = false, adopting = false)
        }

    /**
     * Takes the right-hand element, as `withContext(other)` says; merged with itself, it is copied like any other. It is
     * of any class: integrations have elements with this key that make other copies.
     */
    override fun mergeForChild(overwritingElement: CoroutineContext.Element): CoroutineContext =
        (overwritingElement as CopyableThreadContextElement<*>).copyForChild()

    private fun decide(job: Job?) {
        // Not our coroutine: none at all or the caller's, in a probe by the machinery before ours exists (#2930); or the
        // collector's, in flowOn. It decides nothing, or withContext without a dispatcher would run in the snapshot.
        if (!isCarriedBy(job)) return
        val original = original
        // A frame whose caller carries this element too only inherits it: coroutineScope in a new coroutine that no
        // dispatcher has started, and so nobody has asked this element before.
        if (original != null && job is CoroutineStackFrame && !isCarriedBy(job.callerFrame)) {
            context = original
            lease = lease(original)
        }
        this.original = null
    }

    // The class first, which nearly all are of: the JVM tells a class at once, and searches for an interface.
    private fun isCarriedBy(coroutine: Any?) = when (coroutine) {
        is AbstractCoroutine<*> -> coroutine.context[Key] === this
        is Continuation<*> -> coroutine.context[Key] === this
        else -> false
    }

    private fun lease(context: Context) = ContextLease(context) { job?.isCompleted == true }

    /** Lets the coroutine end with the refusal itself, where it is of kotlinx.coroutines' own kind, as nearly all are. */
    private fun fail(job: Job?, refusal: IllegalStateException) {
        if (job is AbstractCoroutine<*>) {
            job.cancelCoroutine(refusal)
        } else {
            job?.cancel(CancellationException(refusal.message, refusal))
        }
    }

    override fun toString(): String = "ContextElement($context)"

    companion object Key : CoroutineContext.Key<ContextElement> {
        /** Returns the element for users: itself where it is used as it is, undecided where a builder copies it. */
        fun of(context: Context): ContextElement = ContextElement(context, null, shared = true, adopting = false)

        /** Returns an element for the argument of one builder, whose coroutine then runs in the context itself. */
        fun adopting(context: Context): ContextElement = ContextElement(context, null, shared = true, adopting = true)
    }
}
