// SPDX-License-Identifier: Apache-2.0

/** Context variables in Kotlin coroutines. */
module dev.contextvars.coroutines {
  requires transitive dev.contextvars;
  requires transitive kotlin.stdlib;
  requires transitive kotlinx.coroutines.core;

  exports dev.contextvars.coroutines;
}
