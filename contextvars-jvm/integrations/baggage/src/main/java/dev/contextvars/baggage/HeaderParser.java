// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values of the listed variables in a header.
 *
 * <p>The grammar, with optional spaces and tabs (OWS) around each part, is {@code list-member *(
 * "," list-member )}, where a {@code list-member} is {@code key "=" value *( ";" property )}. Each
 * character is visited at most twice: once as a part of a member and once as a part of a value.
 * Nothing is allocated for keys that are not listed.
 *
 * <p>Immutable, but for the counter, which is safe for all threads.
 */
final class HeaderParser {
  /**
   * The most characters that encode one: a char that is three octets of UTF-8, each {@code %XX}.
   */
  private static final int MAX_ENCODED_CHAR = 9;

  private final ListedVariable[] listed;
  private final int maxHeaderLength;
  private final int maxValueLength;
  private final LongAdder ignored;

  HeaderParser(
      ListedVariable[] listed, int maxHeaderLength, int maxValueLength, LongAdder ignored) {
    this.listed = listed;
    this.maxHeaderLength = maxHeaderLength;
    this.maxValueLength = maxValueLength;
    this.ignored = ignored;
  }

  /** Returns the values at the indexes of their variables, or null if there are none. */
  @Nullable Object @Nullable [] parse(String header) {
    return isTooLong(header.length()) ? null : parse(header, null);
  }

  /**
   * Returns the values at the indexes of their variables, or null if there are none. A header that
   * exceeds the limit, together with those before it, is not parsed.
   */
  @Nullable Object @Nullable [] parse(Iterable<? extends @Nullable String> headers) {
    @Nullable Object[] values = null;
    long length = 0;
    for (String header : headers) {
      if (header != null) {
        length += header.length();
        values = isTooLong(length) ? values : parse(header, values);
      }
    }
    return values;
  }

  private boolean isTooLong(long length) {
    if (length > maxHeaderLength) {
      ignored.increment();
      return true;
    }
    return false;
  }

  /**
   * Stores the values of the header and counts those that are invalid; O(n + m k) for n characters
   * in m members and k listed variables.
   *
   * @param values from earlier headers, or null for none yet
   * @return the values, or null if there are none yet
   */
  private @Nullable Object @Nullable [] parse(String header, @Nullable Object @Nullable [] values) {
    int end = header.length();
    for (int from = 0; from < end; ) {
      int at = indexOf('=', header, from, end);
      if (at < end && header.charAt(at) == '=') {
        int index = find(header, from, at);
        if (index >= 0) {
          int start = at + 1;
          at = indexOf(';', header, start, end);
          Object value = decode(listed[index], header, start, at);
          if (value != null) {
            values = values == null ? new Object[listed.length] : values;
            values[index] = value; // of one key the last valid value counts
          } else {
            ignored.increment();
          }
        }
        at = header.indexOf(',', at);
      }
      from = at < 0 ? end : at + 1;
    }
    return values;
  }

  /** Returns the index of the character, of a comma before it, or the end. */
  private static int indexOf(char wanted, String header, int from, int end) {
    int i = from;
    while (i < end && header.charAt(i) != wanted && header.charAt(i) != ',') {
      i++;
    }
    return i;
  }

  private int find(String header, int from, int to) {
    int start = skipSpace(header, from, to);
    int length = trimSpace(header, start, to) - start;
    for (int i = 0; i < listed.length; i++) {
      String key = listed[i].key();
      if (key.length() == length && header.startsWith(key, start)) {
        return i;
      }
    }
    return -1;
  }

  private @Nullable Object decode(ListedVariable variable, String header, int from, int to) {
    int start = skipSpace(header, from, to);
    int end = trimSpace(header, start, to);
    if ((end - start) / MAX_ENCODED_CHAR > maxValueLength) {
      return null; // too long, however it is encoded
    }
    String text = BaggageText.decode(header, start, end);
    if (text == null || text.length() > maxValueLength) {
      return null;
    }
    try {
      return variable.codec().decode(text);
    } catch (RuntimeException invalid) {
      return null;
    }
  }

  private static int skipSpace(String header, int from, int to) {
    int i = from;
    while (i < to && isSpace(header.charAt(i))) {
      i++;
    }
    return i;
  }

  private static int trimSpace(String header, int from, int to) {
    int i = to;
    while (i > from && isSpace(header.charAt(i - 1))) {
      i--;
    }
    return i;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }
}
