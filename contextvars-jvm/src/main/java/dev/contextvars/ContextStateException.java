// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * The base class of exceptions thrown when a context is not in the state that an operation
 * requires.
 */
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

  /** Returns the context, which is unchanged, or null if this exception was deserialized. */
  public @Nullable Context getContext() {
    return context;
  }
}
