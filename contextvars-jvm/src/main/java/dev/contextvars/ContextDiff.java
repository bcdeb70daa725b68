// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import dev.contextvars.hamt.HamtDiff;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The differences between two contexts at the time of {@link Context#diff}; immutable.
 *
 * <p>{@code toString} has one line per difference: added, removed and changed variables, each
 * sorted by name. Values of redacted variables are hidden.
 *
 * <pre>
 * + requestId=4711
 * - draft=true
 * ~ tenant=acme -&gt; globex
 * </pre>
 */
public final class ContextDiff {
  private final Map<ContextVar<?>, @Nullable Object> added;
  private final Map<ContextVar<?>, @Nullable Object> removed;
  private final Map<ContextVar<?>, Change> changed;

  private ContextDiff(Collector found) {
    added = new ContextMap(Hamt.copyOf(found.added));
    removed = new ContextMap(Hamt.copyOf(found.removed));
    changed = Collections.unmodifiableMap(found.changed);
  }

  static ContextDiff between(
      Hamt<ContextVar<?>, @Nullable Object> before, Hamt<ContextVar<?>, @Nullable Object> after) {
    Collector found = new Collector();
    before.diff(after, found);
    return new ContextDiff(found);
  }

  /**
   * Returns the variables that are set only in the second context, with their values; unmodifiable.
   */
  public Map<ContextVar<?>, @Nullable Object> getAdded() {
    return added;
  }

  /**
   * Returns the variables that are set only in the first context, with their values; unmodifiable.
   */
  public Map<ContextVar<?>, @Nullable Object> getRemoved() {
    return removed;
  }

  /**
   * Returns the variables that are set in both contexts to values that are not the same object;
   * unmodifiable.
   */
  public Map<ContextVar<?>, Change> getChanged() {
    return changed;
  }

  /** Returns whether the contexts do not differ. */
  public boolean isEmpty() {
    return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
  }

  /** Returns one line per difference, or an empty string. */
  @Override
  public String toString() {
    return Descriptions.diff(this);
  }

  /** A variable's values in the two contexts. */
  public static final class Change {
    private final ContextVar<?> variable;
    private final @Nullable Object before;
    private final @Nullable Object after;

    private Change(ContextVar<?> variable, @Nullable Object before, @Nullable Object after) {
      this.variable = variable;
      this.before = before;
      this.after = after;
    }

    /** Returns the variable whose value changed. */
    public ContextVar<?> getVariable() {
      return variable;
    }

    /** Returns the value in the first context. */
    public @Nullable Object getBefore() {
      return before;
    }

    /** Returns the value in the second context. */
    public @Nullable Object getAfter() {
      return after;
    }

    @Override
    public String toString() {
      return Descriptions.binding(variable, before) + " -> " + Descriptions.value(variable, after);
    }
  }

  private static final class Collector
      implements HamtDiff.Visitor<ContextVar<?>, @Nullable Object> {
    final Map<ContextVar<?>, @Nullable Object> added = new HashMap<>();
    final Map<ContextVar<?>, @Nullable Object> removed = new HashMap<>();
    final Map<ContextVar<?>, Change> changed = new HashMap<>();

    @Override
    public void added(ContextVar<?> variable, @Nullable Object value) {
      added.put(variable, value);
    }

    @Override
    public void removed(ContextVar<?> variable, @Nullable Object value) {
      removed.put(variable, value);
    }

    @Override
    public void changed(ContextVar<?> variable, @Nullable Object before, @Nullable Object after) {
      changed.put(variable, new Change(variable, before, after));
    }
  }
}
