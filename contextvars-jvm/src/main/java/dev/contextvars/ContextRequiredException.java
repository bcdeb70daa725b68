// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when code sets a variable but has no context of its own, so that the next code on the
 * thread would see the value. Nothing is set.
 */
public final class ContextRequiredException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable ContextVar<?> variable;

  /**
   * Creates an exception for code that requires a context; for integrations.
   *
   * @param message what is missing, and where to provide it
   */
  public ContextRequiredException(String message) {
    this(message, null);
  }

  ContextRequiredException(String message, @Nullable ContextVar<?> variable) {
    super(message);
    this.variable = variable;
  }

  /**
   * Returns the variable that was not set; null if the exception is not about one variable, or was
   * serialized.
   */
  public @Nullable ContextVar<?> getVariable() {
    return variable;
  }
}
