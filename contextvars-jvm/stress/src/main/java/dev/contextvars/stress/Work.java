// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.stress;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.ContextSwap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of which a thread sees what it should only if it was handed over properly. */
final class Work {
  /** How many variables a context of {@link #context} has beside those that a test sets. */
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
    // Made last, they share digits with others: their entries are in children of the root.
    FIRST = new ContextVar<>("first");
    SECOND = new ContextVar<>("second");
  }

  int amount; // plain on purpose, and not set by a constructor

  static Work of(int amount) {
    Work work = new Work();
    work.amount = amount;
    return work;
  }

  /** Returns a new context of two levels, in which {@link #FIRST} and {@link #SECOND} are free. */
  static Context context() {
    return TEMPLATE.copy();
  }

  /** Runs the body with a context current that is not entered, so that two threads can do so. */
  static void with(Context context, Runnable body) {
    Context before = ContextSwap.swap(context);
    try {
      body.run();
    } finally {
      ContextSwap.swap(before);
    }
  }

  /** Returns the amounts in a context or map, iterated; far from any sum if the others lack. */
  static int sum(Iterable<? extends Map.Entry<ContextVar<?>, @Nullable Object>> entries) {
    int sum = 0;
    int others = 0;
    for (Map.Entry<ContextVar<?>, @Nullable Object> entry : entries) {
      if (entry.getValue() instanceof Work work) {
        sum += work.amount;
      } else if (entry.getValue() instanceof Integer) {
        others++;
      } else {
        throw new AssertionError("no value of this test: " + entry);
      }
    }
    return others == OTHERS ? sum : -1_000 - others;
  }

  /** Returns an amount, and 0 for no work. */
  static int amountOf(@Nullable Work work) {
    return work == null ? 0 : work.amount;
  }
}
