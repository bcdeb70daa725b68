// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values in the grammar of W3C Baggage.
 *
 * <p>Nothing here throws for any text. An exception would cost far more than the few characters
 * that provoke it, and a header can hold hundreds of members.
 */
final class BaggageText {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String DELIMITERS = "\"(),/:;<=>?@[\\]{}";

  private BaggageText() {}

  /** Returns whether the text is a token of RFC 7230, section 3.2.6, as keys must be. */
  static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f && DELIMITERS.indexOf(c) < 0);
  }

  /**
   * Appends the value, with all but letters, digits and {@code -._~} as {@code %XX} of UTF-8.
   *
   * @return false if the value contains control characters or unpaired surrogates; then nothing is
   *     appended
   */
  static boolean encode(String value, StringBuilder out) {
    if (isUnreserved(value)) {
      out.append(value);
      return true;
    }
    if (!isPlainText(value)) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= 0x80) {
        for (byte octet : value.substring(i).getBytes(UTF_8)) {
          append((char) (octet & 0xff), out);
        }
        return true;
      }
      append(c, out);
    }
    return true;
  }

  private static void append(char octet, StringBuilder out) {
    if (isUnreserved(octet)) {
      out.append(octet);
    } else {
      HEX.toHexDigits(out.append('%'), (byte) octet);
    }
  }

  /**
   * Returns the value that a part of a header encodes, or null if that part is not a valid value:
   * characters that the grammar excludes, broken percent-encoding, octets that are not UTF-8, or
   * control characters.
   */
  static @Nullable String decode(String header, int from, int to) {
    boolean escaped = false;
    for (int i = from; i < to; i++) {
      char c = header.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\') {
        return null;
      }
      escaped |= c == '%';
    }
    return escaped ? unescape(header, from, to) : header.substring(from, to);
  }

  private static @Nullable String unescape(String header, int from, int to) {
    byte[] octets = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      char c = header.charAt(i);
      if (c == '%') {
        if (to - i < 3
            || !HexFormat.isHexDigit(header.charAt(i + 1))
            || !HexFormat.isHexDigit(header.charAt(i + 2))) {
          return null;
        }
        octets[length++] = (byte) HexFormat.fromHexDigits(header, i + 1, i + 3);
        i += 2;
      } else {
        octets[length++] = (byte) c;
      }
    }
    CharBuffer value = CharBuffer.allocate(length);
    // Reports malformed octets as a result; decode(ByteBuffer) would throw.
    if (UTF_8.newDecoder().decode(ByteBuffer.wrap(octets, 0, length), value, true).isError()) {
      return null;
    }
    String text = value.flip().toString();
    return isPlainText(text) ? text : null;
  }

  /**
   * Returns whether the text has no control characters, no line or paragraph separators, and no
   * unpaired surrogates.
   */
  private static boolean isPlainText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        return false;
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isSurrogatePair(c, ++i < text.length() ? text.charAt(i) : 0)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isUnreserved(String text) {
    int i = 0;
    while (i < text.length() && isUnreserved(text.charAt(i))) {
      i++;
    }
    return i == text.length();
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }
}
