// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.log4j;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.logging.LogFields;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.ThreadContext;

/** An application that logs some lines; run in processes with other versions of Log4j. */
public final class Log4jChild {
  private static final ContextVar<String> TENANT = new ContextVar<>("tenant");
  private static final ContextVar<String> USER = new ContextVar<>("user");

  private Log4jChild() {}

  public static void main(String[] arguments) {
    LogFields.add(TENANT);
    LogFields.add(USER);
    Logger log = LogManager.getLogger("child");
    new Context()
        .execute(
            () -> {
              TENANT.set("acme");
              log.error("inside");
              ThreadContext.put("route", "/orders");
              log.error("beside");
              ThreadContext.put("tenant", "of the ThreadContext");
              USER.set("alice");
              log.error("below");
              ThreadContext.clearMap();
              log.error("inside");
            });
    log.error("outside");
    LogManager.shutdown();
  }
}
