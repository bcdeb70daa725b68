// SPDX-License-Identifier: Apache-2.0

/** Context variables that travel to other processes as W3C baggage. */
@org.jspecify.annotations.NullMarked
module dev.contextvars.baggage {
  requires transitive dev.contextvars;
  // Annotations only; transitive, so that a modular reader of the API can see them where it has
  // them.
  requires static transitive org.jspecify;

  exports dev.contextvars.baggage;
}
