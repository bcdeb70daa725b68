// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes values of a type as text for another process, and reads them from text that is not
 * trusted.
 *
 * <p>Control characters, unpaired surrogates and texts above {@link
 * BaggageVariables.Builder#maxValueLength(int)} are left out before a codec sees them, and after it
 * wrote them. A codec decides what else is valid. The narrower it is, the less another process can
 * put into this one:
 *
 * <pre>{@code
 * static final ValueCodec<String> TENANT_ID =
 *     ValueCodec.text(40, c -> c == '-' || Character.isLetterOrDigit(c));
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads, as long as the functions passed to {@link #of}
 * and {@link #text} are.
 *
 * @param <T> the type of the values
 */
public final class ValueCodec<T> {
  /** Any text without control characters. */
  public static final ValueCodec<String> STRING = of(Function.identity(), Function.identity());

  /** The 36 characters of {@link UUID#toString}; reads upper-case digits, too. */
  public static final ValueCodec<UUID> UUID = of(Object::toString, ValueCodec::toUuid);

  /** ASCII decimal digits, with a minus sign if negative; a number beyond a long is invalid. */
  public static final ValueCodec<Long> LONG =
      of(
          Object::toString,
          text -> {
            BigInteger number = toInteger(text, Long.SIZE);
            return number == null ? null : number.longValue();
          });

  /** ASCII decimal digits, with a minus sign if negative; a number beyond an int is invalid. */
  public static final ValueCodec<Integer> INTEGER =
      of(
          Object::toString,
          text -> {
            BigInteger number = toInteger(text, Integer.SIZE);
            return number == null ? null : number.intValue();
          });

  /** Exactly {@code true} or {@code false}. */
  public static final ValueCodec<Boolean> BOOLEAN =
      of(
          Object::toString,
          text ->
              switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> null;
              });

  private static final int UUID_LENGTH = 36;

  private final Function<? super T, ? extends @Nullable String> encode;
  private final Function<String, ? extends @Nullable T> decode;

  private ValueCodec(
      Function<? super T, ? extends @Nullable String> encode,
      Function<String, ? extends @Nullable T> decode) {
    this.encode = encode;
    this.decode = decode;
  }

  /**
   * Returns a codec for the constants of an enum, written by {@link Enum#name}; other names are
   * invalid.
   *
   * @throws NullPointerException if the type is null
   */
  public static <E extends Enum<E>> ValueCodec<E> enumOf(Class<E> type) {
    Objects.requireNonNull(type, "type");
    Map<String, E> constants =
        Arrays.stream(type.getEnumConstants())
            .collect(Collectors.toUnmodifiableMap(Enum::name, Function.identity()));
    return of(Enum::name, constants::get);
  }

  /**
   * Returns a codec for texts of at most {@code maxLength} chars, all of whose code points the
   * predicate accepts; others are neither sent nor read.
   *
   * @param accepts may be called by several threads at once, and with any code point
   * @throws NullPointerException if the predicate is null
   * @throws IllegalArgumentException if {@code maxLength} is below 1
   */
  public static ValueCodec<String> text(int maxLength, IntPredicate accepts) {
    Objects.requireNonNull(accepts, "accepts");
    requirePositive(maxLength, "maxLength");
    Function<String, @Nullable String> check =
        text -> text.length() <= maxLength && text.codePoints().allMatch(accepts) ? text : null;
    return of(check, check);
  }

  /**
   * Returns a codec of two functions, which must be inverse to each other.
   *
   * <p>A value for which {@code encode} throws a RuntimeException or returns null is not sent. A
   * text for which {@code decode} throws a RuntimeException or returns null is not read. Returning
   * null is faster, which matters for texts from an attacker.
   *
   * <pre>{@code
   * static final ValueCodec<Locale> LOCALE =
   *     ValueCodec.of(Locale::toLanguageTag, Locale::forLanguageTag);
   * }</pre>
   *
   * @throws NullPointerException if an argument is null
   */
  public static <T> ValueCodec<T> of(
      Function<? super T, ? extends @Nullable String> encode,
      Function<String, ? extends @Nullable T> decode) {
    return new ValueCodec<>(
        Objects.requireNonNull(encode, "encode"), Objects.requireNonNull(decode, "decode"));
  }

  static void requirePositive(int limit, String name) {
    if (limit < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, but is " + limit);
    }
  }

  /** Returns the text of the value, or null if it must not be sent. */
  @Nullable String encode(T value) {
    return encode.apply(value);
  }

  /** Returns the value of the text, or null if the text is invalid. */
  @Nullable T decode(String text) {
    return decode.apply(text);
  }

  /** Returns the UUID. The JDK's own parser also accepts shorter forms, such as 1-1-1-1-1. */
  private static @Nullable UUID toUuid(String text) {
    if (text.length() != UUID_LENGTH) {
      return null;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      boolean isDash = i == 8 || i == 13 || i == 18 || i == 23;
      if (isDash ? text.charAt(i) != '-' : !HexFormat.isHexDigit(text.charAt(i))) {
        return null;
      }
    }
    return java.util.UUID.fromString(text);
  }

  /** Returns the number, or null if the text is none or needs more bits, sign included. */
  private static @Nullable BigInteger toInteger(String text, int bits) {
    int digits = text.startsWith("-") ? 1 : 0;
    if (digits == text.length() || !text.chars().skip(digits).allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    BigInteger number = new BigInteger(text);
    return number.bitLength() < bits ? number : null;
  }
}
