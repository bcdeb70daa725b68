// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.ktor

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import kotlinx.coroutines.CopyableThreadContextElement
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlin.coroutines.CoroutineContext

/**
 * Gives a copy of a context to whatever is built with it, `withContext` included.
 *
 * [asElement] would do for engines that launch their calls. Ktor's test host calls `withContext` instead, which is to run
 * in the very context given, so that all calls would share it.
 */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
internal class CallElement(private val initial: Context) : CopyableThreadContextElement<Any?> {
    private val asIs = elementOf(initial)

    override val key: CoroutineContext.Key<*>
        get() = asIs.key

    override fun updateThreadContext(context: CoroutineContext): Any? = asIs.updateThreadContext(context)

    override fun restoreThreadContext(context: CoroutineContext, oldState: Any?): Unit =
        asIs.restoreThreadContext(context, oldState)

    // A child of a copy: a launched coroutine takes a copy of that again, which nobody else can reach and which costs
    // less at each dispatch; withContext takes the copy itself.
    override fun copyForChild(): CopyableThreadContextElement<Any?> = elementOf(initial.copy()).copyForChild()

    override fun mergeForChild(overwritingElement: CoroutineContext.Element): CoroutineContext =
        (overwritingElement as CopyableThreadContextElement<*>).copyForChild()

    override fun toString(): String = "CallElement($initial)"

    private companion object {
        @Suppress("UNCHECKED_CAST") // what a thread's state is, only the element itself asks
        fun elementOf(context: Context) = context.asElement() as CopyableThreadContextElement<Any?>
    }
}
