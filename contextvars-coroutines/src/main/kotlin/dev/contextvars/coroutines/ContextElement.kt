// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextLease
import dev.contextvars.ContextSwap
import kotlinx.coroutines.Job
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.jvm.internal.CoroutineStackFrame

/**
 * The element of a coroutine that is built by kotlinx.coroutines: makes a [Context] current on each thread that runs
 * the coroutine, as long as it runs there.
 *
 * ## Reentrancy and thread-safety
 * What an update replaces goes into the token that it returns, and the restore puts that back: a pointer swap, without
 * order or count. kotlinx.coroutines demands no less. A coroutine that hops from thread 1 to thread 2:
 *
 * ```text
 * thread 1: update ... body ... suspend ----------------------- restore
 * thread 2:                             update ... body continues ... restore
 * ```
 *
 * The update on thread 2 is before the restore on thread 1 in most hops. kotlinx.coroutines also updates one element
 * twice, nested, on one thread; restores twice with one token, or on another thread, or out of order, or never.
 *
 * ```text
 * thread 1: update(A) update(A) restore restore            withContext(CoroutineName("n")) in A
 * thread 1: update(A) ... restore(A) restore(A)             no dispatcher
 * thread 1: update(A) update(B) restore(A) restore(B)       a pipeline on an immediate dispatcher
 * ```
 *
 * An exception from either function hangs the coroutine for ever: neither throws.
 *
 * ## Which context
 * `withContext(element)` must run in the element's context, and a new coroutine in a copy of it. Both call [copyForChild],
 * which is not told by whom (kotlinx.coroutines #3902). So the copy of the element is _unresolved_: it has a snapshot
 * of the context, and the coroutine that was built with it resolves it at its first update. The Job of `withContext`
 * is a stack frame of its caller, and the Job of a new coroutine is not. Until then the element stands for the
 * snapshot.
 *
 * ## Misuse
 * No other code can reach a copy that was created for a coroutine: a dispatch is two field writes. A context that the
 * user has too is claimed by a [ContextLease]. While a thread has entered it, the coroutine runs in a copy, and fails.
 *
 * There is one element, whatever the number of variables: kotlinx.coroutines allocates nothing for one thread element,
 * and 80 bytes a dispatch for two.
 *
 * @param sharing what the coroutine runs in if it turns out to be a scope of its caller; null once resolved
 */
internal class ContextElement(
    private val source: ContextSource?,
    context: Context?,
    private var sharing: Context? = null,
    leased: Boolean = false,
) : LeasingElement() {
    // Resolved by the first update, which happens-before every later one of the same coroutine. Volatile for others: a
    // launch from another thread into this coroutine's scope copies the snapshot or the resolved context.
    @Volatile
    override var context: Context? = context
        private set

    // Only the coroutine's own dispatches write it; like all of these, it is handed from thread to thread with the
    // task.
    override var lease: ContextLease? = if (leased && context != null) newLease(context, null) else null
        private set

    // The coroutine that this element was built for. Volatile: a thread that enters the context asks whether it is
    // completed.
    @Volatile
    private var job: Job? = null

    override fun attach(context: CoroutineContext): Any? {
        if (sharing != null) resolve(context[Job])
        val target = this.context ?: find(context)
        val lease = lease ?: return ContextSwap.attach(target)
        // Again where runTest, which copies no element, uses one that another test has used.
        if (job?.isCompleted != false) meet(context[Job])
        return lease.attach()
    }

    private fun find(coroutineContext: CoroutineContext): Context {
        val found = source?.find(coroutineContext) ?: Context()
        context = found
        return found
    }

    // Not in a probe by the machinery, whose job is the caller's.
    private fun meet(coroutine: Job?) {
        if (isCarriedBy(coroutine)) job = coroutine
    }

    // The whole coroutine, not the inner scope that has just resumed, which may be inside a try: that could continue.
    override fun jobToFail(current: Job?): Job? {
        meet(current.takeIf { job == null })
        return job
    }

    private fun resolve(job: Job?) {
        // Not our coroutine: none at all or the caller's, in a probe by the machinery before ours exists (#2930); or
        // the collector's, in flowOn. It resolves nothing, or withContext without a dispatcher would run in the
        // snapshot.
        if (!isCarriedBy(job)) return
        // A frame whose caller has this element too only inherits it: coroutineScope in a new coroutine that no
        // dispatcher started, so that this element was never updated before.
        val target = sharing
        if (target != null && job is CoroutineStackFrame && !isCarriedBy(job.callerFrame)) {
            context = target
            lease = newLease(target, (job.callerFrame as? Continuation<*>)?.context?.contextElement?.lease)
        }
        sharing = null
    }

    private fun newLease(context: Context, enclosing: ContextLease?) =
        ContextLease(context, { job?.isCompleted == true }, enclosing)

    override fun copyForChild(): LeasingElement =
        source?.childElement() ?: context?.let(::childOf) ?: ContextElement(source, null)

    companion object {
        /** Returns the element for a child of a coroutine in the context: unresolved, with a snapshot of it. */
        fun childOf(context: Context) = ContextElement(null, context.copy(), sharing = context)
    }
}
