// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import dev.contextvars.ContextVar;
import dev.contextvars.Token;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * How many digits arithmetic keeps, and how it rounds: a setting of whoever runs, not a parameter.
 *
 * <p>Code that wants another precision for a while sets it in a {@code try} with resources:
 *
 * <pre>{@code
 * try (Token<MathContext> wider = Precision.set(Precision.digits() + 5)) {
 *   sum = Decimals.divide(a, b); // with five digits more
 * } // with as many as before
 * }</pre>
 */
final class Precision {
  /** The most digits that may be asked for: what the service computes in a fraction of a second. */
  static final int MAX_DIGITS = 1_000;

  private static final ContextVar<MathContext> CURRENT =
      new ContextVar<>("precision", rounding(28)); // the default of Python's decimal

  private Precision() {}

  /** Returns the current setting, for {@link java.math.BigDecimal}'s operations. */
  static MathContext get() {
    return CURRENT.get();
  }

  /** Returns the number of digits that results have now. */
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
