// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Says that a variable has no value and no default where one was asked for (Python's {@code
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
