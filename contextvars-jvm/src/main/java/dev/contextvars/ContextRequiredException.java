// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when code sets a variable but has no context of its own, so that the next code on the
 * thread would see the value; the variable is not set.
 */
public final class ContextRequiredException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable ContextVar<?> variable;

  /**
   * Creates an exception for an integration that requires a context.
   *
   * @param message describes what is missing, and where to provide it
   */
  public ContextRequiredException(String message) {
    this(message, null);
  }

  ContextRequiredException(String message, @Nullable ContextVar<?> variable) {
    super(message);
    this.variable = variable;
  }

  /**
   * Returns the variable that was not set, or null if the exception does not concern one variable
   * or was deserialized.
   */
  public @Nullable ContextVar<?> getVariable() {
    return variable;
  }
}
