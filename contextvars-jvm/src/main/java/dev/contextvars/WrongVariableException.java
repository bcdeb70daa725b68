// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link ContextVar#reset} if the token was created by another variable's {@code set}
 * (Python's {@code ValueError}).
 */
public final class WrongVariableException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Token<?> token;

  WrongVariableException(Token<?> token) {
    super(token + " was created by a different ContextVar");
    this.token = token;
  }

  /** Returns the token, which is still usable, or null if this exception was deserialized. */
  public @Nullable Token<?> getToken() {
    return token;
  }
}
