// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

/** What a look-up gives for a variable without a value, and stands for a default that is none. */
final class Absent {
  /** Seen by nobody outside: {@link Token#MISSING}, which is, may be a value like any other. */
  static final Object MARK = new Object();

  private Absent() {}
}
