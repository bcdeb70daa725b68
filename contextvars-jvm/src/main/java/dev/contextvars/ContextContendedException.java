// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

/**
 * Thrown when a task tries to change a context that another task or thread has taken over on
 * another thread; the context is unchanged.
 */
public final class ContextContendedException extends ContextStateException {
  private static final long serialVersionUID = 1L;

  ContextContendedException(Context context, Thread owner) {
    super(
        "cannot change "
            + context
            + " on thread "
            + Thread.currentThread().getName()
            + ": it is in use on thread "
            + owner.getName(),
        context);
  }
}
