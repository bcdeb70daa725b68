// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * Says that a task was to change a context which it shares with another task, and which that one
 * has taken over on another thread.
 */
public final class ContextContendedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Context context;

  ContextContendedException(Context context, Thread holder) {
    super(
        "cannot change "
            + context
            + " on thread "
            + Thread.currentThread().getName()
            + ": it is in use on thread "
            + holder.getName());
    this.context = context;
    Misuse.record(this);
  }

  /** Returns the context that was not changed, or null in an exception that was serialized. */
  public @Nullable Context getContext() {
    return context;
  }
}
