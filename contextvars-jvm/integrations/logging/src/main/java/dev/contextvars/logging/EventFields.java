// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logging;

import dev.contextvars.Context;
import dev.contextvars.ContextSwap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SPI: the registered variables of one log event, for logging backends.
 *
 * <p>A backend calls it once for each event, inside the logging call, on the calling thread:
 *
 * <pre>{@code
 * Map<String, String> properties = EventFields.merge(mdc.getPropertyMap());
 * }</pre>
 *
 * <p>Applications use {@link LogFields}. Neither method throws, except for an Error of a text
 * function; neither creates a context.
 */
public final class EventFields {
  private EventFields() {}

  /**
   * Returns the entries of the MDC and the registered variables that are bound in the current
   * context; O(n) for n registered variables, however many entries the MDC has.
   *
   * <p>The result is immutable if the MDC's map is, any thread may read it, and Java serialization
   * writes it as a {@link java.util.HashMap}. Its order is that of the MDC, then that of the
   * registrations. Of a key that both have, it has the MDC's value.
   *
   * @param mdc the MDC's entries, which must not change afterwards; null for none
   * @return the argument itself, including null, if there is no variable to add
   */
  public static @Nullable Map<String, String> merge(@Nullable Map<String, String> mdc) {
    Field[] fields = LogFields.registered();
    Context context = fields.length == 0 ? null : ContextSwap.current();
    return context == null ? mdc : merge(mdc, fields, context);
  }

  private static @Nullable Map<String, String> merge(
      @Nullable Map<String, String> mdc, Field[] fields, Context context) {
    @Nullable String[] texts = null;
    for (int i = 0; i < fields.length; i++) {
      String text = fields[i].textIn(context);
      if (text != null && (mdc == null || !mdc.containsKey(fields[i].key()))) {
        if (texts == null) {
          texts = new @Nullable String[fields.length];
        }
        texts[i] = text;
      }
    }
    return texts == null ? mdc : new EventMap(mdc, fields, texts);
  }

  /**
   * Returns the text of the registered variable with the key in the current context, or null if
   * there is none; O(n) for n registered variables.
   *
   * @throws NullPointerException if the key is null
   */
  public static @Nullable String get(String key) {
    for (Field field : LogFields.registered()) {
      if (key.equals(field.key())) {
        Context context = ContextSwap.current();
        return context == null ? null : field.textIn(context);
      }
    }
    return null;
  }
}
