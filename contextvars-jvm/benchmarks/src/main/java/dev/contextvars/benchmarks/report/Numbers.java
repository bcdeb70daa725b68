// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.util.Locale;

/** Figures as people write them. */
final class Numbers {
  private Numbers() {}

  /** Returns two or three digits, and all those before the point. */
  static String text(double value) {
    double size = Math.abs(value);
    if (size < 0.005) {
      return "0";
    }
    String format = size < 1 ? "%.2f" : size < 99.95 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, value);
  }

  static String withUnit(double value, String unit) {
    String name = unit.replace("/op", "");
    if (name.equals("ns") && value >= 1e5) {
      return value < 1e7 ? text(value / 1e3) + " µs" : text(value / 1e6) + " ms";
    }
    String figure = name.equals("B") ? bytes(value) : text(value);
    return name.isEmpty() ? figure : figure + " " + name;
  }

  /** Returns nanoseconds, without the unit where it is that of a figure beside. */
  static String besides(double nanos, double other) {
    String text = withUnit(nanos, "ns");
    String unit = text.substring(text.indexOf(' '));
    return withUnit(other, "ns").endsWith(unit) ? text.replace(unit, "") : text;
  }

  /** Returns whole bytes, but for averages of small sizes. */
  static String bytes(double value) {
    boolean whole = Math.abs(value - Math.rint(value)) < 0.1 || value >= 100;
    return whole ? String.format(Locale.ROOT, "%,.0f", Math.rint(value) + 0.0) : text(value);
  }

  /** Returns 10,000 of 10000, and other words as they are. */
  static String size(String size) {
    return size.matches("\\d{1,18}")
        ? String.format(Locale.ROOT, "%,d", Long.parseLong(size))
        : size;
  }
}
