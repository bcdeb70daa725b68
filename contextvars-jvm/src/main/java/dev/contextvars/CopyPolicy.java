// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a copy of a context gets of a variable: the same value, none, or one made from it. */
final class CopyPolicy {
  /**
   * The copy has the same value. A context with such variables only is copied by sharing its map.
   */
  static final CopyPolicy SHARE = new CopyPolicy(UnaryOperator.identity());

  /** The copy does not have the variable. */
  static final CopyPolicy EXCLUDE = new CopyPolicy(null);

  private final @Nullable UnaryOperator<@Nullable Object> copier;

  private CopyPolicy(@Nullable UnaryOperator<@Nullable Object> copier) {
    this.copier = copier;
  }

  /** Returns the policy of a variable whose copies have what the function returns. */
  static CopyPolicy copyWith(UnaryOperator<@Nullable Object> copier) {
    return new CopyPolicy(copier);
  }

  /**
   * Returns a new context with the bindings, after the policies were applied; O(1), and O(k) with k
   * variables that have a policy.
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
    return new Context(copied, remaining, false);
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
