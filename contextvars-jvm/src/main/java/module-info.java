// SPDX-License-Identifier: Apache-2.0

/** Context variables (PEP 567) for the JVM. */
@org.jspecify.annotations.NullMarked
module dev.contextvars {
  // Annotations only. Transitive, so that modules which use this API see them if JSpecify is
  // present.
  requires static transitive org.jspecify;
  // Events are recorded by the flight recorder if this module is present.
  requires static jdk.jfr;

  exports dev.contextvars;
  exports dev.contextvars.concurrent;
}
