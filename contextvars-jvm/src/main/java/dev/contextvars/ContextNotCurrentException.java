// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

/**
 * Thrown by {@link Context#exit} if the context is not current on the calling thread, or was
 * entered by another thread (Python's {@code RuntimeError}).
 */
public final class ContextNotCurrentException extends ContextStateException {
  private static final long serialVersionUID = 1L;

  ContextNotCurrentException(Context context) {
    super("cannot exit context: thread state references a different context object", context);
  }
}
