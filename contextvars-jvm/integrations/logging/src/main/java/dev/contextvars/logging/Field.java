// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A registered variable.
 *
 * @param key the key of its text in events
 * @param text the text function, or null for {@link String#valueOf(Object)}
 */
record Field(
    String key,
    ContextVar<@Nullable Object> variable,
    @Nullable Function<Object, @Nullable String> text) {
  // Whether the thread is computing a text. An array of the JDK, so that an idle thread does not
  // keep this class loader alive; read and written by its own thread only.
  private static final ThreadLocal<boolean[]> COMPUTING =
      ThreadLocal.withInitial(() -> new boolean[1]);

  /** Returns the text of the variable's value in the context, or null if the key is absent. */
  @Nullable String textIn(Context context) {
    Object value = context.get(variable);
    if (value == null) {
      return null;
    }
    return value instanceof String string && text == null ? string : compute(value);
  }

  /** Calls code of the application, which may fail, and may log although it must not. */
  private @Nullable String compute(Object value) {
    boolean[] computing = COMPUTING.get();
    if (computing[0]) {
      return null; // the code logs: without this, it would be called for that event too, and so on
    }
    computing[0] = true;
    try {
      return text == null ? value.toString() : text.apply(value);
    } catch (Exception | StackOverflowError failure) {
      return "[FAILED " + failure.getClass().getName() + "]";
    } finally {
      computing[0] = false;
    }
  }
}
