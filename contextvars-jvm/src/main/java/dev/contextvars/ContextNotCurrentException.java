// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * Says that a context was to be left which is not the thread's current one (Python's {@code
 * RuntimeError}).
 */
public final class ContextNotCurrentException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Context context;

  ContextNotCurrentException(Context context) {
    super("cannot exit context: thread state references a different context object");
    this.context = context;
    Misuse.record(this);
  }

  /** Returns the context that was not left, or null in an exception that was serialized. */
  public @Nullable Context getContext() {
    return context;
  }
}
