// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.coroutines

import dev.contextvars.Context
import dev.contextvars.ContextLease
import dev.contextvars.ContextSwap
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.ensureActive
import java.util.function.BooleanSupplier
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.jvm.internal.CoroutineStackFrame

/**
 * One call of this library's `withContext`. It is the completion of the block's scope, and the stack frame between the
 * block and the caller.
 *
 * kotlinx.coroutines' `withContext(element)` marks the coroutine context, and every dispatch inside it then writes and
 * removes a pair in a ThreadLocal. This class avoids that cost: it runs a `coroutineScope` whose context has one more
 * element. The scope always completes (by its last statement or its last child) in an ordinary dispatch in which
 * [element] is installed.
 *
 * kotlinx.coroutines finds an enclosing `withContext` through [callerFrame].
 */
internal class ContextScope<T>(
    val element: ScopeElement,
    private val caller: Continuation<T>,
) : Continuation<T>,
    CoroutineStackFrame {
    override val context: CoroutineContext = caller.context + element

    override val callerFrame: CoroutineStackFrame?
        get() = caller as? CoroutineStackFrame

    override fun getStackTraceElement(): StackTraceElement? = null

    /** Resumes the caller in the caller's Context, in the dispatch in which the scope has completed. */
    override fun resumeWith(result: Result<T>) {
        element.lease.close()
        // Of any class: integrations of others can have elements with this key.
        @Suppress("UNCHECKED_CAST") // only the element itself looks at its state
        val callers = caller.context[ContextElementKey] as ThreadContextElement<Any?>?
        if (element.lease.detachEarly()) {
            // Restore nothing afterwards: the code that installed this element restores the previous state with its own
            // token. A second token would be restored too late if the caller completes an enclosing withContext.
            callers?.updateThreadContext(caller.context)
            caller.resumeWith(result)
        } else {
            // No dispatcher: nothing was installed on this thread, so no other code restores.
            val token = callers?.updateThreadContext(caller.context)
            try {
                caller.resumeWith(result)
            } finally {
                callers?.restoreThreadContext(caller.context, token)
            }
        }
    }

    companion object {
        // One lambda for all calls. It compiles to a ContinuationImpl, which kotlinx.coroutines intercepts. Without it,
        // the last child would resume the caller on the child's thread.
        private val SCOPE: suspend (suspend CoroutineScope.() -> Any?) -> Any? = { block -> coroutineScope(block) }

        /** Starts the block in the Context, and returns its result or COROUTINE_SUSPENDED. */
        @Suppress("UNCHECKED_CAST") // the scope's result is the block's
        fun <T> start(context: Context, block: suspend CoroutineScope.() -> T, caller: Continuation<T>): Any? {
            caller.context.ensureActive()
            val element = ScopeElement(context, caller.context.contextElement?.lease)
            val scope = ContextScope(element, caller) as Continuation<Any?>
            val token = element.lease.attach()
            var result: Any? = null
            try {
                element.lease.takeFailure()?.let { throw it } // the block does not run
                result = SCOPE.startCoroutineUninterceptedOrReturn(block, scope)
                return result
            } finally {
                if (result !== COROUTINE_SUSPENDED) element.lease.close()
                ContextSwap.detach(token)
            }
        }
    }
}

/** The element of one call of `withContext`. The block runs in the Context itself, and its children run in copies. */
internal class ScopeElement(
    override val context: Context,
    enclosing: ContextLease?,
) : LeasingElement() {
    // Closed when the block is completed, so nothing has to be asked.
    override val lease: ContextLease = ContextLease(context, NEVER, enclosing)

    override fun attach(context: CoroutineContext): Any? = lease.attach()

    override fun copyForChild(): LeasingElement = ContextElement.childOf(context)

    // The outermost scope in the block, which is the block's own. An inner scope may be inside a try, which could
    // continue.
    override fun jobToFail(current: Job?): Job? {
        if (!isCarriedBy(current)) return null
        var outermost = current
        var frame = current as? CoroutineStackFrame
        while (frame != null && (frame as? ContextScope<*>)?.element !== this) {
            if (frame is Job && isCarriedBy(frame)) outermost = frame
            frame = frame.callerFrame
        }
        return outermost
    }

    private companion object {
        val NEVER = BooleanSupplier { false }
    }
}
