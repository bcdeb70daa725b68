// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.coroutines.asSharedElement
import org.springframework.core.CoroutinesUtils
import org.springframework.core.ReactiveAdapterRegistry
import org.springframework.web.context.request.NativeWebRequest
import org.springframework.web.context.request.RequestContextHolder
import org.springframework.web.context.request.ServletRequestAttributes
import org.springframework.web.context.request.async.DeferredResult
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor
import org.springframework.web.context.request.async.WebAsyncUtils
import org.springframework.web.method.HandlerMethod
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter
import org.springframework.web.servlet.mvc.method.annotation.ServletInvocableHandlerMethod
import java.lang.reflect.Method

/** Runs suspend handlers of Spring MVC, and Flows that handlers return, in the context of their request. */
internal class ContextVarsHandlerAdapter : RequestMappingHandlerAdapter() {
    init {
        setReactiveAdapterRegistry(ReactiveAdapterRegistry().also(RequestFlows::inCopyOfCurrentContext))
    }

    override fun createInvocableHandlerMethod(handlerMethod: HandlerMethod): ServletInvocableHandlerMethod =
        CoroutineHandlerMethod(handlerMethod)
}

private class CoroutineHandlerMethod(handlerMethod: HandlerMethod) : ServletInvocableHandlerMethod(handlerMethod) {
    override fun invokeSuspendingFunction(method: Method, target: Any, args: Array<out Any?>): Any {
        val request = (RequestContextHolder.currentRequestAttributes() as ServletRequestAttributes).request
        val fork = Fork(request)
        WebAsyncUtils.getAsyncManager(request).registerDeferredResultInterceptor(fork, AbandonOnTimeout(fork))
        val context = springsCoroutineContext() + fork.context().asSharedElement()
        return CoroutinesUtils.invokeSuspendingFunction(context, method, target, *args)
    }
}

/** The request then continues in its own context, because the handler's coroutine may still run in the fork. */
private class AbandonOnTimeout(private val fork: Fork) : DeferredResultProcessingInterceptor {
    override fun <T> handleTimeout(request: NativeWebRequest, result: DeferredResult<T>): Boolean {
        fork.abandon()
        return true
    }

    override fun <T> handleError(request: NativeWebRequest, result: DeferredResult<T>, failure: Throwable): Boolean {
        fork.abandon()
        return true
    }
}
