// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * Says that a context is entered already, on this thread or another (Python's {@code
 * RuntimeError}).
 */
public final class ContextEnteredException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Context context;

  ContextEnteredException(Context context) {
    super("cannot enter context: " + context + " is already entered");
    this.context = context;
    Misuse.record(this);
  }

  /** Returns the context that was not entered, or null in an exception that was serialized. */
  public @Nullable Context getContext() {
    return context;
  }
}
