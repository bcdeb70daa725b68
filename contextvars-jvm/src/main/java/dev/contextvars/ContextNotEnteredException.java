// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/** Says that a context was to be left which nobody has entered (Python's {@code RuntimeError}). */
public final class ContextNotEnteredException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Context context;

  ContextNotEnteredException(Context context) {
    super("cannot exit context: " + context + " has not been entered");
    this.context = context;
    Misuse.record(this);
  }

  /** Returns the context that was not left, or null in an exception that was serialized. */
  public @Nullable Context getContext() {
    return context;
  }
}
