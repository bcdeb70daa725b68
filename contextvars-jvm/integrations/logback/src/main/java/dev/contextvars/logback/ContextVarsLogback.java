// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.BasicStatusManager;
import ch.qos.logback.core.status.InfoStatus;
import ch.qos.logback.core.status.StatusManager;
import java.util.Objects;
import org.slf4j.spi.MDCAdapter;

/**
 * Shows the variables registered with {@link dev.contextvars.logging.LogFields} in the events of a
 * LoggerContext.
 *
 * <p>Logback's default LoggerContext needs no call: the artifact on the class path is enough. Call
 * {@link #install} for a LoggerContext that the application creates, or if {@link #isInstalled}
 * returns false: after another Configurator ended the configuration before ours, or after code that
 * replaced the MDC adapter.
 *
 * <pre>{@code
 * LoggerContext audit = new LoggerContext();
 * audit.setMDCAdapter(MDC.getMDCAdapter());
 * ContextVarsLogback.install(audit);
 * }</pre>
 */
public final class ContextVarsLogback {
  private ContextVarsLogback() {}

  /**
   * Shows the registered variables in the later events of the LoggerContext; idempotent, O(1).
   *
   * <p>It replaces the LoggerContext's MDC adapter by one that delegates to it; SLF4J's {@code MDC}
   * keeps its own. Any thread may call it, also while events are logged.
   *
   * @return whether the variables show; false if the LoggerContext has no MDC adapter yet, or if
   *     Logback is too old
   * @throws NullPointerException if the context is null
   */
  public static synchronized boolean install(LoggerContext context) {
    Objects.requireNonNull(context, "context");
    try {
      MDCAdapter adapter = context.getMDCAdapter();
      if (adapter != null && !(adapter instanceof VariablesMdcAdapter)) {
        replace(context, new VariablesMdcAdapter(adapter));
      }
    } catch (LinkageError tooOld) {
      return false;
    }
    return isInstalled(context); // some older versions ignore a second adapter
  }

  /**
   * Returns whether the registered variables show in the events of the LoggerContext; O(1).
   *
   * @throws NullPointerException if the context is null
   */
  public static boolean isInstalled(LoggerContext context) {
    Objects.requireNonNull(context, "context");
    try {
      return context.getMDCAdapter() instanceof VariablesMdcAdapter;
    } catch (LinkageError tooOld) {
      return false;
    }
  }

  private static void replace(LoggerContext context, VariablesMdcAdapter adapter) {
    // Logback adds a WARN status if there is an adapter already, and prints all statuses at start
    // if one of them is a WARN: it goes to a manager that is thrown away.
    StatusManager statuses = context.getStatusManager();
    context.setStatusManager(new BasicStatusManager());
    try {
      context.setMDCAdapter(adapter);
    } finally {
      context.setStatusManager(statuses);
    }
    statuses.add(
        new InfoStatus("contextvars-logback shows the variables of LogFields in events", context));
  }
}
