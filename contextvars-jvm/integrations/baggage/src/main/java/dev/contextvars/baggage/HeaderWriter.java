// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage;

import dev.contextvars.Context;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of the listed variables into a header.
 *
 * <p>A member is written whole or not at all: what cannot be sent, or does not fit, is counted.
 * Immutable, but for the counter, which is safe for all threads.
 */
final class HeaderWriter {
  private static final Object NOT_BOUND = new Object();
  private static final int TYPICAL_LENGTH = 96;

  private final ListedVariable[] listed;
  private final int maxHeaderLength;
  private final int maxValueLength;
  private final LongAdder ignored;

  HeaderWriter(
      ListedVariable[] listed, int maxHeaderLength, int maxValueLength, LongAdder ignored) {
    this.listed = listed;
    this.maxHeaderLength = maxHeaderLength;
    this.maxValueLength = maxValueLength;
    this.ignored = ignored;
  }

  /** Returns the header of the context, or null if there is nothing to send. */
  @Nullable String write(Context context) {
    StringBuilder header = null;
    for (ListedVariable entry : listed) {
      Object value = context.get(entry.variable());
      if (value != null) {
        header = header == null ? new StringBuilder(TYPICAL_LENGTH) : header;
        append(entry, value, header);
      }
    }
    return header == null || header.length() == 0 ? null : header.toString();
  }

  /** Calls the action with the key and the text of each bound variable; null if not sent. */
  void forEach(Context context, BiConsumer<? super String, ? super @Nullable String> action) {
    StringBuilder header = new StringBuilder(TYPICAL_LENGTH);
    for (ListedVariable entry : listed) {
      Object value = context.get(entry.variable(), NOT_BOUND);
      if (value != NOT_BOUND) {
        action.accept(entry.key(), value == null ? null : append(entry, value, header));
      }
    }
  }

  /** Appends a member and returns the text of its value; appends nothing if it is left out. */
  private @Nullable String append(ListedVariable entry, Object value, StringBuilder header) {
    int before = header.length();
    try {
      String text = entry.codec().encode(value);
      if (text != null && text.length() <= maxValueLength) {
        header.append(before == 0 ? "" : ",").append(entry.key()).append('=');
        if (BaggageText.encode(text, header) && header.length() <= maxHeaderLength) {
          return text;
        }
      }
    } catch (RuntimeException failure) {
      // Like a value that is too long. The message could contain the value, so it is not logged.
    }
    header.setLength(before);
    ignored.increment();
    return null;
  }
}
