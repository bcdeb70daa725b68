// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link ContextVar#reset} if the token was already used (Python's {@code RuntimeError}).
 */
public final class TokenUsedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Token<?> token;

  TokenUsedException(Token<?> token) {
    super(token + " has already been used once");
    this.token = token;
  }

  /** Returns the used token, or null if this exception was deserialized. */
  public @Nullable Token<?> getToken() {
    return token;
  }
}
