// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import dev.contextvars.ContextVar;

/** The variables of the cases. A case is a JUnit test that JUnitRun runs, in a JVM of its own. */
final class Variables {
  static final String DEFAULT = "none";

  /** Set by each test. */
  static final ContextVar<String> VALUE = new ContextVar<>("value", DEFAULT);

  /** Set once for each class. */
  static final ContextVar<String> CLASS_VALUE = new ContextVar<>("class value", DEFAULT);

  private Variables() {}
}
