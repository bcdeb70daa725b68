// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a variable is read that is not set and has no default (Python's {@code LookupError}).
 */
public final class UnboundVariableException extends NoSuchElementException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable ContextVar<?> variable;

  UnboundVariableException(ContextVar<?> variable) {
    super(variable.toString());
    this.variable = variable;
  }

  /** Returns the variable that is not set, or null if this exception was deserialized. */
  public @Nullable ContextVar<?> getVariable() {
    return variable;
  }
}
