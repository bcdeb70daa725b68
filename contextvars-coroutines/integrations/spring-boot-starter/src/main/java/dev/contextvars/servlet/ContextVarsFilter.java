// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.servlet;

import dev.contextvars.Context;
import dev.contextvars.ContextLease;
import dev.contextvars.ContextSwap;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Runs each request in its own {@link Context}, also if the container dispatches it again, on
 * another thread.
 *
 * <pre>{@code
 * var filter = servletContext.addFilter("contextvars", new ContextVarsFilter());
 * filter.setAsyncSupported(true);
 * filter.addMappingForUrlPatterns(
 *     EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR), false, "/*");
 * }</pre>
 *
 * <h2>Notes and cautions on use</h2>
 *
 * <ul>
 *   <li>The filter should be the first one, so that all other filters run in the Context.
 *   <li>The Context is the request attribute {@link #ATTRIBUTE}. ASYNC and ERROR dispatches
 *       continue in the Context that they find there.
 *   <li>While other code has entered the Context, a dispatch fails with {@link
 *       dev.contextvars.ContextEnteredException}. An ERROR dispatch then runs in a copy instead, so
 *       that the error page works.
 *   <li>Afterwards the thread has exactly what it had before, even if the request fails.
 * </ul>
 *
 * <p>Any thread may call the filter. It costs O(1) for each dispatch.
 */
public final class ContextVarsFilter implements Filter {
  /** The name of the request attribute that contains the request's Context. */
  public static final String ATTRIBUTE = "dev.contextvars.Context";

  private final Context base;
  private final Consumer<? super HttpServletRequest> initial;

  /** Creates a filter with which each request begins in an empty Context. */
  public ContextVarsFilter() {
    this(new Context(), request -> {});
  }

  /**
   * Creates a filter with which each request begins in a copy of the Context.
   *
   * @param initial sets the first values of a request, in its Context, before all other code; what
   *     it throws fails the request
   * @throws NullPointerException if an argument is null
   */
  public ContextVarsFilter(Context base, Consumer<? super HttpServletRequest> initial) {
    this.base = Objects.requireNonNull(base, "base");
    this.initial = Objects.requireNonNull(initial, "initial");
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Context existing = (Context) request.getAttribute(ATTRIBUTE);
    if (existing != null && existing == ContextSwap.current()) {
      chain.doFilter(request, response); // a forward or include, or the filter is mapped twice
      return;
    }
    Context context = existing == null ? base.copy() : existing;
    // A lease and not Context.run: it restores the thread even if the request has left a Context
    // entered, and the task that caused an ASYNC dispatch may not have detached yet.
    try (ContextLease lease = new ContextLease(context, () -> false)) {
      Object token = lease.attach();
      try {
        IllegalStateException failure = lease.takeFailure();
        if (failure != null && request.getDispatcherType() != DispatcherType.ERROR) {
          throw failure;
        }
        if (existing == null) {
          request.setAttribute(ATTRIBUTE, context);
          if (request instanceof HttpServletRequest http) {
            initial.accept(http);
          }
        }
        chain.doFilter(request, response);
      } finally {
        ContextSwap.detach(token);
      }
    }
  }
}
