// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a variable does beyond holding a value, as said to its {@link ContextVarBuilder}.
 *
 * @param defaultSupplier computes the default of a context, or null
 * @param inherited whether a copy of a context has the value
 * @param copier what makes the copy's value of the original's, or null for the value itself
 * @param redacted whether the values are secret
 */
record Policy(
    @Nullable Supplier<?> defaultSupplier,
    boolean inherited,
    @Nullable UnaryOperator<@Nullable Object> copier,
    boolean redacted) {
  static final Policy PLAIN = new Policy(null, true, null, false);

  /**
   * Returns whether a copy of a context simply has the value: only then may a copy share the map.
   */
  boolean isCarriedOver() {
    return inherited && copier == null;
  }

  /**
   * Returns the map of a copy: without the variable, or with the copier's value in place of the
   * original's.
   */
  Hamt<ContextVar<?>, @Nullable Object> inherit(
      ContextVar<?> variable, Hamt<ContextVar<?>, @Nullable Object> bindings) {
    if (!inherited) {
      return bindings.without(variable);
    }
    Object value = bindings.find(variable, Absent.MARK);
    return copier == null || value == Absent.MARK
        ? bindings
        : bindings.assoc(variable, copier.apply(value));
  }
}
