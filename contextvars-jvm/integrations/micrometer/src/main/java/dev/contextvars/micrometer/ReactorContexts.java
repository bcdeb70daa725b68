// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer;

import dev.contextvars.Bindings;
import dev.contextvars.Context;
import java.util.Objects;
import java.util.function.Function;

/**
 * Functions for {@code contextWrite} of Reactor's Mono and Flux, which set context variables for
 * the operators upstream.
 *
 * <pre>{@code
 * Mono<String> order =
 *     Mono.fromCallable(() -> "order of " + TENANT.get())
 *         .subscribeOn(Schedulers.boundedElastic())
 *         .contextWrite(ReactorContexts.with(Bindings.of(TENANT, "acme")));
 * System.out.println(order.block()); // prints order of acme
 * }</pre>
 *
 * <p>The operators see the values if {@code Hooks.enableAutomaticContextPropagation()} was called
 * before the pipeline was assembled. Without it, only {@code handle} and {@code tap} see them. The
 * functions may be used any number of times, by any thread.
 */
public final class ReactorContexts {
  private ReactorContexts() {}

  /**
   * Returns a function with which the operators upstream run in copies of the Context.
   *
   * <p>Each copy is taken when an operator is called, and has the values of that time. If the
   * Context is already current on the thread, the operator runs in the Context itself. O(1).
   *
   * @throws NullPointerException if the Context is null
   */
  public static Function<reactor.util.context.Context, reactor.util.context.Context> put(
      Context context) {
    Objects.requireNonNull(context, "context");
    return reactor -> reactor.put(ContextVarsAccessor.KEY, context);
  }

  /**
   * Returns a function with which the operators upstream see the values, and in addition the values
   * of the operators downstream.
   *
   * <p>The downstream values are copied at each subscription. They are those of the next {@code
   * contextWrite} below. If there is none, they are those of the code that called {@code block};
   * with {@code toFuture} and {@code subscribe}, Reactor captures values only at a {@code
   * contextCapture}. O(n) for n bindings. If a copy policy fails, the subscription fails with its
   * exception.
   *
   * @throws NullPointerException if the values are null
   */
  public static Function<reactor.util.context.Context, reactor.util.context.Context> with(
      Bindings values) {
    Objects.requireNonNull(values, "values");
    return reactor -> {
      Object value = reactor.getOrDefault(ContextVarsAccessor.KEY, null);
      Context downstream = value == null ? new Context() : Captured.contextOf(value);
      return reactor.put(ContextVarsAccessor.KEY, downstream.with(values));
    };
  }
}
