// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import dev.contextvars.Context;
import dev.contextvars.servlet.ContextVarsFilter;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a request's Context for code that runs after the handler's thread has left the request.
 * The request continues in the copy, so it sees what the code has set.
 *
 * <p>After a timeout or an error, the code may still run. The request must then continue in its own
 * Context instead: see {@link #abandon}.
 */
final class Fork {
  private final HttpServletRequest request;
  private final @Nullable Object own;
  private final Context context = Context.copyContext();

  Fork(HttpServletRequest request) {
    this.request = request;
    this.own = request.getAttribute(ContextVarsFilter.ATTRIBUTE);
    request.setAttribute(ContextVarsFilter.ATTRIBUTE, context);
  }

  Context context() {
    return context;
  }

  void abandon() {
    request.setAttribute(ContextVarsFilter.ATTRIBUTE, own);
  }
}
