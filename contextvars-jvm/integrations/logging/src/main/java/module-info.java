// SPDX-License-Identifier: Apache-2.0

/** Context variables in log events: what every logging framework has in common. */
@org.jspecify.annotations.NullMarked
module dev.contextvars.logging {
  requires static transitive org.jspecify;
  requires transitive dev.contextvars;

  exports dev.contextvars.logging;
}
