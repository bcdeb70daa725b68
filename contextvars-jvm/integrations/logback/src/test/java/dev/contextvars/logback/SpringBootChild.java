// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback;

import ch.qos.logback.classic.LoggerContext;
import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.logging.LogFields;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.StandardEnvironment;

/** What Spring Boot does with Logback when an application starts, twice, and logs in between. */
public final class SpringBootChild {
  private static final ContextVar<String> TENANT = new ContextVar<>("tenant");

  private SpringBootChild() {}

  public static void main(String[] arguments) {
    LogFields.add(TENANT);
    LoggingSystem system = LoggingSystem.get(SpringBootChild.class.getClassLoader());
    for (String round : new String[] {"first", "second"}) {
      system.beforeInitialize();
      system.initialize(new LoggingInitializationContext(new StandardEnvironment()), null, null);
      log(round);
      system.setLogLevel("child", LogLevel.DEBUG);
      log(round + " after setLogLevel");
      system.cleanUp();
    }
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    System.out.println("installed: " + ContextVarsLogback.isInstalled(context));
  }

  private static void log(String message) {
    new Context()
        .execute(
            () -> {
              TENANT.set("acme");
              LoggerFactory.getLogger("child").error(message);
            });
  }
}
