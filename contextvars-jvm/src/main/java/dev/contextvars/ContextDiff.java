// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import dev.contextvars.hamt.HamtDiff;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * How one context differed from another at the moment of {@link Context#diff}; immutable.
 *
 * <p>Its text is a line a difference: what was added, removed and changed, each sorted by name,
 * with the values of redacted variables hidden:
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

  /** Returns the variables that only the second context has, with their values. */
  public Map<ContextVar<?>, @Nullable Object> added() {
    return added;
  }

  /** Returns the variables that only the first context has, with their values. */
  public Map<ContextVar<?>, @Nullable Object> removed() {
    return removed;
  }

  /** Returns the variables whose values in the two contexts are not the same object. */
  public Map<ContextVar<?>, Change> changed() {
    return changed;
  }

  /** Returns whether there is no difference. */
  public boolean isEmpty() {
    return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
  }

  @Override
  public String toString() {
    StringJoiner lines = new StringJoiner(System.lineSeparator());
    ContextVar.sortedByName(added.keySet())
        .forEach(v -> lines.add("+ " + v.getName() + "=" + v.describe(added.get(v))));
    ContextVar.sortedByName(removed.keySet())
        .forEach(v -> lines.add("- " + v.getName() + "=" + v.describe(removed.get(v))));
    ContextVar.sortedByName(changed.keySet()).forEach(v -> lines.add("~ " + changed.get(v)));
    return lines.toString();
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

    /** Returns the value in the first context. */
    public @Nullable Object before() {
      return before;
    }

    /** Returns the value in the second context. */
    public @Nullable Object after() {
      return after;
    }

    @Override
    public String toString() {
      return variable.getName()
          + "="
          + variable.describe(before)
          + " -> "
          + variable.describe(after);
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
