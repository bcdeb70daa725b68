// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/** Thrown when a context is not in the state that an operation requires; the base of all such. */
public abstract sealed class ContextStateException extends IllegalStateException
    permits ContextEnteredException,
        ContextNotEnteredException,
        ContextNotCurrentException,
        ContextContendedException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Context context;

  ContextStateException(String message, Context context) {
    super(message);
    this.context = context;
  }

  /** Returns the context that was not changed, or null in an exception that was serialized. */
  public @Nullable Context getContext() {
    return context;
  }
}
