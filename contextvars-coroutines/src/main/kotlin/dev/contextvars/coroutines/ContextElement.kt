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
 * The element of a coroutine that a builder of kotlinx.coroutines creates. It makes a [Context] current on each thread
 * while the coroutine runs there.
 *
 * ## Reentrancy and thread-safety
 * An update returns a token with the state that it replaced, and the restore restores that state. The element itself
 * keeps no stack and no count, because kotlinx.coroutines guarantees no order. A coroutine that moves from thread 1 to
 * thread 2:
 *
 * ```text
 * thread 1: update ... body ... suspend ----------------------- restore
 * thread 2:                             update ... body continues ... restore
 * ```
 *
 * Usually the update on thread 2 runs before the restore on thread 1. kotlinx.coroutines also updates one element
 * twice, nested, on one thread. It may restore twice with one token, on another thread, out of order, or never.
 *
 * ```text
 * thread 1: update(A) update(A) restore restore            withContext(CoroutineName("n")) in A
 * thread 1: update(A) ... restore(A) restore(A)             no dispatcher
 * thread 1: update(A) update(B) restore(A) restore(B)       a pipeline on an immediate dispatcher
 * ```
 *
 * Neither function may throw, because an exception would hang the coroutine forever.
 *
 * ## Which context
 * `withContext(element)` must run in the element's context, and a new coroutine in a copy of it. Both call
 * [copyForChild], which cannot distinguish its callers (kotlinx.coroutines #3902). The copy of the element is therefore
 * _unresolved_: it has a snapshot of the context. The coroutine that was created with it resolves it at its first
 * update: the Job of `withContext` is a CoroutineStackFrame, and the Job of a new coroutine is not. Until then, the
 * element represents the snapshot.
 *
 * ## Misuse
 * No other code can reach a copy that was created for a coroutine, so a dispatch is two field writes. A context that
 * user code can also reach is claimed with a [ContextLease]. If a thread has entered it, the coroutine runs in a copy,
 * and fails.
 *
 * There is one element for all variables, because kotlinx.coroutines allocates nothing for one thread element, and 80
 * bytes per dispatch for two.
 *
 * @param sharing the context to run in if the coroutine turns out to be a scope of its caller; null once resolved
 */
internal class ContextElement(
    private val source: ContextSource?,
    context: Context?,
    private var sharing: Context? = null,
    leased: Boolean = false,
) : LeasingElement() {
    // Resolved by the first update, which happens-before every later one of the same coroutine. Volatile for other
    // threads: a launch from another thread into this coroutine's scope copies the snapshot or the resolved context.
    @Volatile
    override var context: Context? = context
        private set

    // Plain: written only by the coroutine's own dispatches. Passing the coroutine from thread to thread is a
    // happens-before edge.
    override var lease: ContextLease? = if (leased && context != null) newLease(context, null) else null
        private set

    // The coroutine that owns this element. Volatile: a thread that enters the context checks whether it is completed.
    @Volatile
    private var job: Job? = null

    override fun attach(context: CoroutineContext): Any? {
        if (sharing != null) resolve(context[Job])
        val target = this.context ?: find(context)
        val lease = lease ?: return ContextSwap.attach(target)
        // Again if the recorded coroutine is completed: runTest copies no element, so two tests may use the same one.
        if (job?.isCompleted != false) attachTo(context[Job])
        return lease.attach()
    }

    private fun find(coroutineContext: CoroutineContext): Context {
        val found = source?.find(coroutineContext) ?: Context()
        context = found
        return found
    }

    // Records the coroutine that owns this element. Ignores a probe by kotlinx.coroutines, which has the caller's job.
    private fun attachTo(coroutine: Job?) {
        if (isCarriedBy(coroutine)) job = coroutine
    }

    // The whole coroutine must fail. The inner scope that has just resumed may be inside a try, which could continue.
    override fun jobToFail(current: Job?): Job? {
        attachTo(current.takeIf { job == null })
        return job
    }

    private fun resolve(job: Job?) {
        // Not the coroutine of this element. It is null or the caller's in a probe by kotlinx.coroutines before the
        // coroutine exists (#2930), and the collector's in flowOn. Resolving now would run withContext without a
        // dispatcher in the snapshot.
        if (!isCarriedBy(job)) return
        // If the frame's caller also has this element, the frame has only inherited it. This is coroutineScope in a new
        // coroutine that was started without a dispatcher, so that this element has never been updated before.
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
        /**
         * Creates the element for a child of a coroutine in the context: unresolved, with a snapshot of the context.
         */
        fun childOf(context: Context) = ContextElement(null, context.copy(), sharing = context)
    }
}
