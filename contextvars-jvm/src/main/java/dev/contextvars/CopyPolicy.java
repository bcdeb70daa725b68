// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Determines a variable's value in a copy of a context: the same value, no value, or a computed
 * one.
 */
final class CopyPolicy {
  /** The copy has the same value. If all variables have this policy, the copy shares the map. */
  static final CopyPolicy SHARE = new CopyPolicy(UnaryOperator.identity());

  /** The variable is not set in the copy. */
  static final CopyPolicy EXCLUDE = new CopyPolicy(null);

  private final @Nullable UnaryOperator<@Nullable Object> copier;

  private CopyPolicy(@Nullable UnaryOperator<@Nullable Object> copier) {
    this.copier = copier;
  }

  /** Returns a policy that computes the value in the copy with the function. */
  static CopyPolicy copyWith(UnaryOperator<@Nullable Object> copier) {
    return new CopyPolicy(copier);
  }

  /**
   * Creates a context from the bindings, with the policies applied; O(k log32 n) for k variables
   * with a policy.
   *
   * @param keys a map whose keys include every bound variable with a policy
   */
  static Context newCopy(
      Hamt<ContextVar<?>, @Nullable Object> bindings, Hamt<ContextVar<?>, @Nullable Object> keys) {
    Hamt<ContextVar<?>, @Nullable Object> copied = bindings;
    Hamt<ContextVar<?>, @Nullable Object> remaining = keys;
    for (Map.Entry<ContextVar<?>, ?> entry : keys) {
      ContextVar<?> variable = entry.getKey();
      copied = variable.copyPolicy().applyTo(variable, copied);
      if (!copied.containsKey(variable)) {
        remaining = remaining.without(variable);
      }
    }
    return new Context(copied, remaining, false, null);
  }

  private Hamt<ContextVar<?>, @Nullable Object> applyTo(
      ContextVar<?> variable, Hamt<ContextVar<?>, @Nullable Object> bindings) {
    if (copier == null) {
      return bindings.without(variable);
    }
    Object value = bindings.find(variable, Absent.MARK);
    return value == Absent.MARK ? bindings : bindings.assoc(variable, copier.apply(value));
  }
}
