// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import dev.contextvars.Context
import dev.contextvars.coroutines.asElement
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.reactor.asFlux
import org.springframework.core.ReactiveAdapterRegistry
import reactor.core.publisher.Flux

/** Runs a Flow that a handler returns in a context. By default, Spring runs it in the thread's, until it suspends. */
internal object RequestFlows {
    /** For WebFlux: a copy of the exchange's context, taken when the Flow is collected. */
    @JvmStatic
    fun inContextOfExchange(registry: ReactiveAdapterRegistry) = register(registry) { flow ->
        Flux.deferContextual { reactor -> flow.asFlux((contextIn(reactor) ?: Context()).asElement()) }
    }

    /** For MVC: a copy of the handler's context. */
    fun inCopyOfCurrentContext(registry: ReactiveAdapterRegistry) =
        register(registry) { flow -> flow.asFlux(Context.copyContext().asElement()) }

    @Suppress("UNCHECKED_CAST") // the adapter is registered for Flow
    private fun register(registry: ReactiveAdapterRegistry, toFlux: (Flow<Any>) -> Flux<Any>) {
        val plain = registry.getAdapter(Flow::class.java) ?: return
        registry.registerReactiveTypeOverride(
            plain.descriptor,
            { flow -> toFlux(flow as Flow<Any>) },
            plain::fromPublisher,
        )
    }
}
