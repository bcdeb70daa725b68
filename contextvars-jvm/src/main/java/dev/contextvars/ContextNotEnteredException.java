// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

/** Thrown by {@link Context#exit} if the context is not entered (Python's {@code RuntimeError}). */
public final class ContextNotEnteredException extends ContextStateException {
  private static final long serialVersionUID = 1L;

  ContextNotEnteredException(Context context) {
    super("cannot exit context: " + context + " has not been entered", context);
  }
}
