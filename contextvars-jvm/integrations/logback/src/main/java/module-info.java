// SPDX-License-Identifier: Apache-2.0

/** Context variables in the log events of Logback. */
@org.jspecify.annotations.NullMarked
module dev.contextvars.logback {
  requires static transitive org.jspecify;
  requires transitive dev.contextvars.logging;
  requires transitive ch.qos.logback.classic;
  requires transitive ch.qos.logback.core;
  requires org.slf4j;

  exports dev.contextvars.logback;

  provides ch.qos.logback.classic.spi.Configurator with
      dev.contextvars.logback.ContextVarsConfigurator;
}
