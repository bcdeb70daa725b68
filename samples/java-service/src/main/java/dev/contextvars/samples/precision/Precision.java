// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import dev.contextvars.ContextVar;
import dev.contextvars.Token;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The number of digits and the rounding mode of arithmetic: a setting of the current context, not a
 * parameter.
 *
 * <p>Code that needs another precision temporarily sets it in a {@code try}-with-resources
 * statement:
 *
 * <pre>{@code
 * try (Token<MathContext> wider = Precision.set(Precision.digits() + 5)) {
 *   sum = Decimals.divide(a, b); // with five more digits
 * } // the previous precision again
 * }</pre>
 */
final class Precision {
  /** The maximum number of digits, with which the service needs a fraction of a second. */
  static final int MAX_DIGITS = 1_000;

  private static final ContextVar<MathContext> CURRENT =
      new ContextVar<>("precision", rounding(28)); // the default of Python's decimal

  private Precision() {}

  /** Returns the current setting, for {@link java.math.BigDecimal}'s operations. */
  static MathContext get() {
    return CURRENT.get();
  }

  /** Returns the current number of digits. */
  static int digits() {
    return get().getPrecision();
  }

  /** Sets the number of digits in the current context, until the token is closed. */
  static Token<MathContext> set(int digits) {
    return CURRENT.set(rounding(digits));
  }

  private static MathContext rounding(int digits) {
    return new MathContext(digits, RoundingMode.HALF_EVEN);
  }
}
