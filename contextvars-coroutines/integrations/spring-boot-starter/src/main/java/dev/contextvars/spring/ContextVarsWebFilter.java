// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import dev.contextvars.Context;
import dev.contextvars.micrometer.ReactorContexts;
import java.util.Objects;
import java.util.function.Consumer;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Gives each exchange of Spring WebFlux its own {@link Context}, as the first of all filters.
 *
 * <p>The Context is in Reactor's context, under the key of {@code
 * dev.contextvars.micrometer.ContextVarsAccessor}. Operators run in copies of it: what one sets is
 * not visible after a change of threads. They need {@code
 * Hooks.enableAutomaticContextPropagation()}, which the auto-configuration calls.
 *
 * <p>Any thread may call the filter. It costs O(1) for each exchange.
 */
public final class ContextVarsWebFilter implements WebFilter, Ordered {
  private final Context base;
  private final Consumer<? super ServerHttpRequest> initial;

  /** Creates a filter with which each exchange begins in an empty Context. */
  public ContextVarsWebFilter() {
    this(new Context(), request -> {});
  }

  /**
   * Creates a filter with which each exchange begins in a copy of the Context.
   *
   * @param initial sets the first values of an exchange, in its Context, before all other code;
   *     what it throws fails the exchange
   * @throws NullPointerException if an argument is null
   */
  public ContextVarsWebFilter(Context base, Consumer<? super ServerHttpRequest> initial) {
    this.base = Objects.requireNonNull(base, "base");
    this.initial = Objects.requireNonNull(initial, "initial");
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    Context context = base.copy();
    context.execute(() -> initial.accept(exchange.getRequest()));
    return chain.filter(exchange).contextWrite(ReactorContexts.put(context));
  }
}
