// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * Says that a token was made in another context than the current one (Python's {@code ValueError}).
 */
public final class WrongContextException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Token<?> token;

  WrongContextException(Token<?> token) {
    super(token + " was created in a different Context");
    this.token = token;
    Misuse.record(this);
  }

  /** Returns the token, which is still usable, or null in an exception that was serialized. */
  public @Nullable Token<?> getToken() {
    return token;
  }
}
