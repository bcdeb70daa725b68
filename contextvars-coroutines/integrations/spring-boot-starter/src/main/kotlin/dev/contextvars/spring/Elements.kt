// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.Context
import dev.contextvars.ContextSwap
import dev.contextvars.coroutines.ContextSource
import dev.contextvars.micrometer.ContextVarsAccessor
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.reactor.ReactorContext
import org.springframework.beans.BeanUtils
import org.springframework.util.ClassUtils
import reactor.core.publisher.Hooks
import reactor.util.context.ContextView
import kotlin.coroutines.CoroutineContext

/** Returns an element with which a coroutine runs in the context of the exchange that it belongs to. */
internal fun exchangeElement(): CoroutineContext = exchanges.toElement()

private val exchanges = ContextSource.foundAtDispatch { coroutine ->
    coroutine[ReactorContext]?.let { contextIn(it.context) }
}

/** Returns the context in Reactor's context, or null if there is none. */
internal fun contextIn(reactor: ContextView): Context? {
    val value = reactor.getOrDefault<Any>(ContextVarsAccessor.KEY, null) ?: return null
    return value as? Context ?: capturedContext(value)
}

/** Returns a copy of the values that Micrometer has captured; only the accessor can read them. */
private fun capturedContext(captured: Any): Context? {
    val token = ContextSwap.token()
    ContextVarsAccessor().setValue(captured)
    return ContextSwap.current().also { ContextSwap.detach(token) }
}

/**
 * Returns the coroutine context that Spring uses for a suspend handler by default.
 *
 * Spring 7 adds an element for Micrometer's context propagation. Ours must come after it: the last element decides which
 * context is current.
 */
internal fun springsCoroutineContext(): CoroutineContext {
    val element = propagationElement ?: return Dispatchers.Unconfined
    if (!Hooks.isAutomaticContextPropagationEnabled()) return Dispatchers.Unconfined
    return Dispatchers.Unconfined + BeanUtils.instantiateClass(element) as CoroutineContext
}

// By its name: Spring 6, with which this is compiled, does not have the class.
private val propagationElement: Class<*>? = "org.springframework.core.PropagationContextElement"
    .takeIf { ClassUtils.isPresent(it, null) }
    ?.let { ClassUtils.resolveClassName(it, null) }
