// SPDX-License-Identifier: Apache-2.0

/** Context variables in the log events of Log4j 2. */
@org.jspecify.annotations.NullMarked
module dev.contextvars.log4j {
  requires static transitive org.jspecify;
  requires transitive dev.contextvars.logging;
  requires transitive org.apache.logging.log4j.core;

  exports dev.contextvars.log4j;

  provides org.apache.logging.log4j.core.util.ContextDataProvider with
      dev.contextvars.log4j.ContextVarsDataProvider;
}
