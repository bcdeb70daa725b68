// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

/** The sentinel for "no value" and "no default". */
final class Absent {
  /**
   * Never exposed to callers. {@link Token#MISSING} cannot be used in its place, because it may
   * itself be stored as a value.
   */
  static final Object MARK = new Object();

  private Absent() {}
}
