// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.stress;

import dev.contextvars.Context;
import dev.contextvars.ContextSwap;
import dev.contextvars.ContextVar;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value with a plain field: a thread sees its amount only if the value was safely published. */
final class Work {
  /**
   * The number of variables in a context of {@link #context} in addition to those that a test sets.
   */
  static final int OTHERS = 40;

  static final ContextVar<Work> FIRST;
  static final ContextVar<Work> SECOND;

  private static final Context TEMPLATE = new Context();

  static {
    TEMPLATE.execute(
        () -> {
          for (int i = 0; i < OTHERS; i++) {
            new ContextVar<Integer>("other" + i).set(i);
          }
        });
    // Created last, so that they share digits with others: their entries are in children of the
    // root.
    FIRST = new ContextVar<>("first");
    SECOND = new ContextVar<>("second");
  }

  int amount; // deliberately plain, and not set by a constructor

  static Work of(int amount) {
    Work work = new Work();
    work.amount = amount;
    return work;
  }

  /**
   * Returns a new context with a map of two levels, in which {@link #FIRST} and {@link #SECOND} are
   * not set.
   */
  static Context context() {
    return TEMPLATE.copy();
  }

  /**
   * Runs the body with the context current but not entered, so that two threads can do so
   * concurrently.
   */
  static void with(Context context, Runnable body) {
    Context before = ContextSwap.swap(context);
    try {
      body.run();
    } finally {
      ContextSwap.swap(before);
    }
  }

  /**
   * Returns the sum of the amounts in a context or map, or a negative number if other variables are
   * missing.
   */
  static int sum(Iterable<? extends Map.Entry<ContextVar<?>, @Nullable Object>> entries) {
    int sum = 0;
    int others = 0;
    for (Map.Entry<ContextVar<?>, @Nullable Object> entry : entries) {
      if (entry.getValue() instanceof Work work) {
        sum += work.amount;
      } else if (entry.getValue() instanceof Integer) {
        others++;
      } else {
        throw new AssertionError("not a value of this test: " + entry);
      }
    }
    return others == OTHERS ? sum : -1_000 - others;
  }

  /** Returns the amount, or 0 if the value is null. */
  static int amountOf(@Nullable Work work) {
    return work == null ? 0 : work.amount;
  }
}
