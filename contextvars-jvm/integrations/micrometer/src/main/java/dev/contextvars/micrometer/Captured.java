// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.micrometer;

import dev.contextvars.Context;
import org.jspecify.annotations.Nullable;

/**
 * What a thread had at a capture: the values, for scopes on any thread, and the state to restore on
 * this one. Micrometer uses one object for both.
 *
 * @param thread the captured thread
 * @param token restores the thread's Context itself, see {@link dev.contextvars.ContextSwap#token}
 * @param values a copy, which no code changes
 */
record Captured(Thread thread, @Nullable Object token, Context values) {
  /** Returns the Context whose values the value of the key stands for; the caller must copy it. */
  static Context contextOf(Object value) {
    if (value instanceof Captured captured) {
      return captured.values;
    }
    if (value instanceof Context context) {
      return context;
    }
    report(
        new IllegalArgumentException(
            "the value of the key "
                + ContextVarsAccessor.KEY
                + " is a "
                + value.getClass().getName()
                + ", not a dev.contextvars.Context: the code runs in an empty one"));
    return new Context();
  }

  /** Returns a copy, or an empty Context if the function of a copy policy fails. */
  static Context copyOf(Context context) {
    try {
      return context.copy();
    } catch (Throwable failure) {
      report(failure);
      return new Context();
    }
  }

  private static void report(Throwable failure) {
    Thread thread = Thread.currentThread();
    try {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    } catch (Throwable ofHandler) {
      // Ignored, as the JVM does.
    }
  }
}
