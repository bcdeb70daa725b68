// SPDX-License-Identifier: Apache-2.0

/** Context variables (PEP 567) for the JVM. */
@org.jspecify.annotations.NullMarked
module dev.contextvars {
  // Annotations only; transitive, so that a modular reader of the API can see them where it has
  // them.
  requires static transitive org.jspecify;
  // Events of misuse are recorded where the flight recorder is.
  requires static jdk.jfr;

  exports dev.contextvars;
  exports dev.contextvars.concurrent;
}
