// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link ContextVar#reset} if the token was not created in the current context (Python's
 * {@code ValueError}).
 */
public final class WrongContextException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Token<?> token;

  WrongContextException(Token<?> token) {
    super(token + " was created in a different Context");
    this.token = token;
  }

  /** Returns the token, which is still usable, or null if this exception was deserialized. */
  public @Nullable Token<?> getToken() {
    return token;
  }
}
