// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.opentelemetry;

import dev.contextvars.baggage.BaggageVariables;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Baggage of OpenTelemetry in which bound variables replace entries of the same key.
 *
 * <p>OpenTelemetry writes at most 64 members and 8192 characters, in the order of the keys, and
 * drops the others. Baggage from another process could so displace a variable. Therefore its
 * entries are added only as far as there is room.
 */
final class MergedBaggage {
  private static final int MAX_MEMBERS = 64;
  private static final int MAX_LENGTH = 8192;

  /**
   * The most characters that encode one: a char that is three octets of UTF-8, each {@code %XX}.
   */
  private static final long MAX_ENCODED_CHAR = 9;

  /** Equals sign, semicolon and comma. */
  private static final int DELIMITERS = 3;

  private MergedBaggage() {}

  /** Returns the given baggage itself if no listed variable is bound. */
  static Baggage of(Baggage baggage, BaggageVariables variables) {
    Map<String, @Nullable String> bound = new LinkedHashMap<>();
    variables.forEach(bound::put);
    if (bound.isEmpty()) {
      return baggage;
    }
    Baggage all = put(bound, baggage.toBuilder()).build();
    return fits(all) ? all : limited(baggage, bound);
  }

  /** Puts the variables; those without a text to send replace an entry by none. */
  private static BaggageBuilder put(Map<String, @Nullable String> bound, BaggageBuilder builder) {
    bound.forEach(
        (key, text) -> {
          if (text == null) {
            builder.remove(key);
          } else {
            builder.put(key, text);
          }
        });
    return builder;
  }

  /** Returns whether OpenTelemetry writes it all; sometimes false although it does. */
  private static boolean fits(Baggage baggage) {
    long[] length = {0};
    baggage.forEach(
        (key, entry) -> {
          int chars = entry.getValue().length() + entry.getMetadata().getValue().length();
          length[0] += key.length() + MAX_ENCODED_CHAR * chars + DELIMITERS;
        });
    return baggage.size() <= MAX_MEMBERS && length[0] <= MAX_LENGTH;
  }

  private static Baggage limited(Baggage foreign, Map<String, @Nullable String> bound) {
    Baggage ours = put(bound, Baggage.builder()).build();
    BaggageBuilder merged = ours.toBuilder();
    int[] room = {MAX_MEMBERS - ours.size(), MAX_LENGTH - lengthOf(ours)};
    foreign.forEach(
        (key, entry) -> {
          int length = 1 + lengthOf(only(key, entry)); // and a comma
          if (!bound.containsKey(key) && room[0] > 0 && room[1] >= length) {
            merged.put(key, entry.getValue(), entry.getMetadata());
            room[0]--;
            room[1] -= length;
          }
        });
    return merged.build();
  }

  private static Baggage only(String key, BaggageEntry entry) {
    return Baggage.builder().put(key, entry.getValue(), entry.getMetadata()).build();
  }

  private static int lengthOf(Baggage baggage) {
    StringBuilder header = new StringBuilder();
    W3CBaggagePropagator.getInstance()
        .inject(Context.root().with(baggage), header, (out, key, value) -> append(out, value));
    return header.length();
  }

  private static void append(@Nullable StringBuilder out, String value) {
    if (out != null) {
      out.append(value);
    }
  }
}
