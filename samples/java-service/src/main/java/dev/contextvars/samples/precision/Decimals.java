// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import dev.contextvars.Token;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.Supplier;

/** Arithmetic at the current {@link Precision}, without a parameter for it. */
final class Decimals {
  private static final BigDecimal HALF = new BigDecimal("0.5");
  private static final int DIGITS_OF_A_DOUBLE = 15;

  /**
   * The number of extra digits in intermediate results: more than the accumulated rounding errors.
   */
  private static final int GUARD_DIGITS = 10;

  private Decimals() {}

  static BigDecimal add(BigDecimal a, BigDecimal b) {
    return a.add(b, Precision.get());
  }

  static BigDecimal multiply(BigDecimal a, BigDecimal b) {
    return a.multiply(b, Precision.get());
  }

  /**
   * Returns the quotient.
   *
   * @throws ArithmeticException if the divisor is zero
   */
  static BigDecimal divide(BigDecimal a, BigDecimal b) {
    return a.divide(b, Precision.get());
  }

  /**
   * Returns the square root.
   *
   * @throws ArithmeticException if the number is negative
   */
  static BigDecimal sqrt(BigDecimal square) {
    if (square.signum() < 0) {
      throw new ArithmeticException("the square root of a negative number");
    }
    if (square.signum() == 0) {
      return BigDecimal.ZERO;
    }
    int magnitude = Math.floorDiv(square.precision() - square.scale(), 2);
    BigDecimal root = sqrtNearOne(square.scaleByPowerOfTen(-2 * magnitude));
    return round(root.scaleByPowerOfTen(magnitude));
  }

  /**
   * Applies Newton's method, which doubles the number of correct digits in each step. The first
   * steps use a low precision, at which they are cheap. The last step uses a little more than the
   * requested precision.
   */
  @SuppressWarnings("try") // the token is only closed
  private static BigDecimal sqrtNearOne(BigDecimal square) {
    int wanted = Precision.digits() + GUARD_DIGITS;
    BigDecimal root = BigDecimal.valueOf(Math.sqrt(square.doubleValue()));
    for (int right = DIGITS_OF_A_DOUBLE; right < wanted; right *= 2) {
      try (Token<MathContext> step = Precision.set(Math.min(2 * right, wanted) + GUARD_DIGITS)) {
        root = multiply(HALF, add(root, divide(square, root)));
      }
    }
    return root;
  }

  /** Runs a computation with a few more digits than requested, and rounds its result. */
  @SuppressWarnings("try") // the token is only closed
  static BigDecimal guarded(Supplier<BigDecimal> computation) {
    BigDecimal result;
    try (Token<MathContext> wider = Precision.set(Precision.digits() + GUARD_DIGITS)) {
      result = computation.get();
    }
    return round(result);
  }

  private static BigDecimal round(BigDecimal number) {
    return number.round(Precision.get());
  }
}
