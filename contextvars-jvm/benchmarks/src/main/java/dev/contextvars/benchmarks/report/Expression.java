// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

import java.util.List;
import java.util.Map;

/** Something to be computed from the results; NaN if what it needs was not measured. */
interface Expression {
  double in(Results results);

  /** What a contender took for a work, such as {@code read.ReadRepeated}, at a size, on JDK 17. */
  static Expression value(String work, String contender, int n) {
    return value(17, work, contender, n);
  }

  static Expression value(int jdk, String work, String contender, int n) {
    return results -> results.value(jdk, work, contender, Map.of("n", "" + n));
  }

  /** What a contender allocated for an operation, on JDK 17. */
  static Expression bytes(String work, String contender, int n) {
    return results -> results.bytes(17, work, contender, Map.of("n", "" + n));
  }

  /** The least that any of these took: of those that were measured. */
  static Expression best(String work, List<String> contenders, int n) {
    return results ->
        contenders.stream()
            .mapToDouble(contender -> value(work, contender, n).in(results))
            .filter(value -> !Double.isNaN(value))
            .min()
            .orElse(Double.NaN);
  }

  default Expression over(Expression divisor) {
    return results -> in(results) / divisor.in(results);
  }

  default Expression less(Expression subtrahend) {
    return results -> in(results) - subtrahend.in(results);
  }
}
