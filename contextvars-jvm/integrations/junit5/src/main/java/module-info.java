// SPDX-License-Identifier: Apache-2.0

/** A separate Context for each JUnit test. */
@SuppressWarnings("module") // a digit at the end of the name, as in JUnit's own junit5 artifacts
@org.jspecify.annotations.NullMarked
module dev.contextvars.junit5 {
  requires static transitive org.jspecify;
  requires transitive dev.contextvars;
  requires transitive org.junit.jupiter.api;

  exports dev.contextvars.junit5;

  provides org.junit.jupiter.api.extension.Extension with
      dev.contextvars.junit5.ContextVarsExtension;
}
