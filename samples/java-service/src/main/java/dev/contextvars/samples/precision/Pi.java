// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Computes pi with Størmer's formula. Its four terms are computed in parallel on the threads of a
 * pool, each at the caller's precision.
 */
final class Pi {
  private static final Logger LOG = LogManager.getLogger();
  private static final List<Supplier<BigDecimal>> TERMS =
      List.of(term(176, 57), term(28, 239), term(-48, 682), term(96, 12943));

  private final Executor workers;

  /** Creates a computation that runs on the given executor. */
  Pi(Executor workers) {
    this.workers = workers;
  }

  /** Returns pi with the number of digits of the current {@link Precision}. */
  BigDecimal compute() {
    return Decimals.guarded(
        () -> FanOut.all(workers, TERMS).stream().reduce(BigDecimal.ZERO, Decimals::add));
  }

  private static Supplier<BigDecimal> term(int factor, int reciprocal) {
    return () -> {
      LOG.debug("{} arctan 1/{} to {} digits", factor, reciprocal, Precision.digits());
      return Decimals.multiply(
          BigDecimal.valueOf(factor), arctanOfOneOver(BigDecimal.valueOf(reciprocal)));
    };
  }

  /** Sums the series 1/n − 1/3n³ + 1/5n⁵ − … until a term no longer changes the sum. */
  private static BigDecimal arctanOfOneOver(BigDecimal n) {
    BigDecimal minusSquare = n.multiply(n).negate();
    BigDecimal power = Decimals.divide(BigDecimal.ONE, n);
    BigDecimal sum = power;
    for (int odd = 3; ; odd += 2) {
      power = Decimals.divide(power, minusSquare);
      BigDecimal longer = Decimals.add(sum, Decimals.divide(power, BigDecimal.valueOf(odd)));
      if (longer.equals(sum)) {
        return sum;
      }
      sum = longer;
    }
  }
}
