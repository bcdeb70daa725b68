// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.coroutines.ContextElementKey
import org.springframework.core.Ordered
import org.springframework.web.server.CoWebFilter.Companion.COROUTINE_CONTEXT_ATTRIBUTE
import org.springframework.web.server.ServerWebExchange
import org.springframework.web.server.ServerWebExchangeDecorator
import org.springframework.web.server.WebFilter
import org.springframework.web.server.WebFilterChain
import reactor.core.publisher.Mono
import kotlin.coroutines.CoroutineContext

/**
 * Runs the coroutines of an exchange of Spring WebFlux in its [dev.contextvars.Context]: suspend handlers and exception
 * handlers, `coRouter`, and `CoWebFilter`. It needs a [ContextVarsWebFilter], and is the next filter after it.
 *
 * These coroutines run one after another, so they share the context itself: a `CoWebFilter` sees what the handler has
 * set. Coroutines that a handler launches have copies.
 *
 * Any thread may call the filter. It costs O(1) for each exchange.
 */
public class ContextVarsCoroutineWebFilter :
    WebFilter,
    Ordered {
    override fun getOrder(): Int = Ordered.HIGHEST_PRECEDENCE + 1

    override fun filter(exchange: ServerWebExchange, chain: WebFilterChain): Mono<Void> {
        exchange.attributes[COROUTINE_CONTEXT_ATTRIBUTE] = springsCoroutineContext() + exchangeElement()
        return chain.filter(ExchangeOfCoroutines(exchange))
    }
}

/**
 * Before a CoWebFilter calls the next filter, it stores its own coroutine context for the next coroutine. With that
 * context's element, the next coroutine would be a child with a copy, so the element is replaced.
 */
private class ExchangeOfCoroutines(exchange: ServerWebExchange) : ServerWebExchangeDecorator(exchange) {
    private val attributes = Attributes(exchange.attributes)

    override fun getAttributes(): MutableMap<String, Any> = attributes

    private class Attributes(private val all: MutableMap<String, Any>) : MutableMap<String, Any> by all {
        override fun put(key: String, value: Any): Any? {
            val stored = if (key == COROUTINE_CONTEXT_ATTRIBUTE && value is CoroutineContext) {
                value.minusKey(ContextElementKey) + exchangeElement()
            } else {
                value
            }
            return all.put(key, stored)
        }
    }
}
