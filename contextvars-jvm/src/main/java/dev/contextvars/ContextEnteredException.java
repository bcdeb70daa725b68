// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

/**
 * Thrown by {@link Context#run} and {@link Context#enter} if the context is already entered, on
 * this thread or another one; the context is unchanged (Python's {@code RuntimeError}).
 */
public final class ContextEnteredException extends ContextStateException {
  private static final long serialVersionUID = 1L;

  ContextEnteredException(Context context) {
    super("cannot enter context: " + context + " is already entered", context);
  }
}
