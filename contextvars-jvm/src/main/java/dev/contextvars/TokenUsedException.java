// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/** Says that a token has been used for a reset before (Python's {@code RuntimeError}). */
public final class TokenUsedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Token<?> token;

  TokenUsedException(Token<?> token) {
    super(token + " has already been used once");
    this.token = token;
    Misuse.record(this);
  }

  /** Returns the used token, or null in an exception that was serialized. */
  public @Nullable Token<?> getToken() {
    return token;
  }
}
