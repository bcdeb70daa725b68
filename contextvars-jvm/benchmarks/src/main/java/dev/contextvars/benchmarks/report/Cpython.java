// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.report;

/**
 * What the same works take in CPython, in nanoseconds of CPU time.
 *
 * <p>Measured on the machine that the contract of this project was made on (spec/performance.md,
 * "Anchors", the row of CPython 3.13 and 3.14), 2026-11-20. Where the two versions differ the
 * faster one stands here: the other is the easier to beat.
 */
final class Cpython {
  /** {@code var.get()}: 9 in 3.13, 12 in 3.14. */
  static final double GET = 9;

  /** {@code var.set(value)} with 1 variable: 114 and 78. */
  static final double SET_1 = 78;

  /** With 10: 135 and 131. */
  static final double SET_10 = 131;

  /** With 100: 201 and 210. */
  static final double SET_100 = 201;

  /** {@code var.reset(var.set(value))} with 10: 229 and 226. */
  static final double SET_RESET_10 = 226;

  /** {@code copy_context()}: 22 and 20. */
  static final double COPY = 20;

  /** {@code ctx.run(noop)}: 31 and 34. */
  static final double RUN = 31;

  private Cpython() {}
}
