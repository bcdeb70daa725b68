// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.benchmarks.peers;

/**
 * What else a program does, so that the compiler cannot take one kind of key and one shape of
 * context for all there are: for a while before, and once in a while meanwhile.
 */
public final class Polluted {
  /**
   * How many keys the other contexts have; not so many that a search through all of them, which is
   * OpenTelemetry's way, would be most of what is measured.
   */
  static final int[] SIZES = {1, 2, 3, 5, 7, 10, 12, 20, 33, 40, 64, 100};

  private static final int BEFORE = 400_000;
  private static final int ONE_IN = 16;

  private int turn;

  /** Reads of others, often enough to be compiled with what they teach. */
  static void before(Runnable otherRead) {
    for (int i = 0; i < BEFORE; i++) {
      otherRead.run();
    }
  }

  /** Returns whether it is time for a read of another. */
  public boolean isDue() {
    return ++turn % ONE_IN == 0;
  }
}
