// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.logging.LogFields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** An application that logs two lines; run in processes with other versions of Logback. */
public final class LogbackChild {
  private static final ContextVar<String> TENANT = new ContextVar<>("tenant");

  private LogbackChild() {}

  public static void main(String[] arguments) {
    LogFields.add(TENANT);
    Logger log = LoggerFactory.getLogger("child");
    new Context()
        .execute(
            () -> {
              TENANT.set("acme");
              log.error("inside");
              MDC.put("tenant", "of the MDC");
              log.error("with an MDC");
              MDC.remove("tenant");
            });
    log.error("outside");
  }
}
