// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a variable that has neither a value nor a default is read (Python's {@code
 * LookupError}).
 */
public final class UnboundVariableException extends NoSuchElementException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable ContextVar<?> variable;

  UnboundVariableException(ContextVar<?> variable) {
    super(variable.toString());
    this.variable = variable;
  }

  /** Returns the variable without a value, or null in an exception that was serialized. */
  public @Nullable ContextVar<?> getVariable() {
    return variable;
  }
}
