// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Creates all text for diagnostics; values of redacted variables never appear in it. */
final class Descriptions {
  /**
   * The defaults that are being described. Stops the recursion if a default's text contains its own
   * variable.
   */
  private static final Set<InProgress> IN_PROGRESS = ConcurrentHashMap.newKeySet();

  private static final String REDACTED = "<redacted>";

  private static final int EXCERPT_LENGTH = 200;

  private Descriptions() {}

  /**
   * Returns a variable's description in CPython's format, including the default if there is one.
   */
  static String variable(ContextVar<?> variable, @Nullable Object defaultValue) {
    String number = " at 0x" + Integer.toHexString(variable.hashCode()) + ">";
    String start = "<ContextVar name='" + variable.getName() + "'";
    return defaultValue == Absent.MARK
        ? start + number
        : start + " default=" + defaultOf(variable, defaultValue) + number;
  }

  private static String defaultOf(ContextVar<?> variable, @Nullable Object defaultValue) {
    InProgress self = new InProgress(Thread.currentThread(), variable);
    if (!IN_PROGRESS.add(self)) {
      return "...";
    }
    try {
      return value(variable, defaultValue);
    } finally {
      IN_PROGRESS.remove(self);
    }
  }

  /** Returns an object's description in CPython's format, with its identity hash code. */
  static String numbered(String start, Object object) {
    return start + " at " + number(object) + ">";
  }

  /** Returns the number that {@link #numbered} adds. */
  static String number(Object object) {
    return "0x" + Integer.toHexString(System.identityHashCode(object));
  }

  /** Returns the text of the variable's value, or {@code <redacted>}. */
  static String value(ContextVar<?> variable, @Nullable Object value) {
    return variable.isRedacted() ? REDACTED : String.valueOf(value);
  }

  /**
   * Returns the first 200 characters of the text of the variable's value, or {@code <redacted>}.
   *
   * <p>Never throws: a {@code toString} that throws is described. If it changes the variable, and
   * the new value must be described too, that description is {@code ...}.
   */
  static String excerpt(ContextVar<?> variable, @Nullable Object value) {
    InProgress self = new InProgress(Thread.currentThread(), variable);
    if (!IN_PROGRESS.add(self)) {
      return "...";
    }
    try {
      return excerptOf(Objects.requireNonNullElse(value(variable, value), "null"));
    } catch (Throwable failure) {
      return "<toString threw " + failure.getClass().getName() + ">";
    } finally {
      IN_PROGRESS.remove(self);
    }
  }

  private static String excerptOf(String text) {
    if (text.length() <= EXCERPT_LENGTH) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(EXCERPT_LENGTH - 1));
    return text.substring(0, splitsPair ? EXCERPT_LENGTH - 1 : EXCERPT_LENGTH) + "...";
  }

  /** Returns {@code name=value}. */
  static String binding(ContextVar<?> variable, @Nullable Object value) {
    return variable.getName() + "=" + value(variable, value);
  }

  /** Returns the title and one line per variable, sorted by name; see {@link Context#dump}. */
  static String dump(String title, Map<ContextVar<?>, @Nullable Object> bindings) {
    StringJoiner lines = new StringJoiner(System.lineSeparator() + "  ");
    int size = bindings.size();
    lines.add(title + ", " + size + (size == 1 ? " variable" : " variables"));
    for (ContextVar<?> variable : sortedByName(bindings.keySet())) {
      lines.add(binding(variable, bindings.get(variable)));
    }
    return lines.toString();
  }

  /** Returns one line per difference: added, removed and changed variables, each sorted by name. */
  static String diff(ContextDiff diff) {
    StringJoiner lines = new StringJoiner(System.lineSeparator());
    for (ContextVar<?> variable : sortedByName(diff.getAdded().keySet())) {
      lines.add("+ " + binding(variable, diff.getAdded().get(variable)));
    }
    for (ContextVar<?> variable : sortedByName(diff.getRemoved().keySet())) {
      lines.add("- " + binding(variable, diff.getRemoved().get(variable)));
    }
    for (ContextVar<?> variable : sortedByName(diff.getChanged().keySet())) {
      lines.add("~ " + diff.getChanged().get(variable));
    }
    return lines.toString();
  }

  /** Returns the variables sorted by name, and then by age. */
  private static List<ContextVar<?>> sortedByName(Collection<ContextVar<?>> variables) {
    Comparator<ContextVar<?>> byName = Comparator.comparing(ContextVar::getName);
    return variables.stream().sorted(byName.thenComparingInt(ContextVar::hashCode)).toList();
  }

  /**
   * A plain class, because a record's equals is linked on first use, and linking may overflow a
   * nearly full stack.
   */
  private static final class InProgress {
    private final Thread thread;
    private final ContextVar<?> variable;

    InProgress(Thread thread, ContextVar<?> variable) {
      this.thread = thread;
      this.variable = variable;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof InProgress that && thread == that.thread && variable == that.variable;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(thread) + variable.hashCode();
    }
  }
}
