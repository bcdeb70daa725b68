// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.logback;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.ErrorStatus;

/**
 * Public only for ServiceLoader: installs the integration when Logback starts, and configures
 * nothing else.
 *
 * <p>With a Logback older than 1.5.17 it adds one ERROR status, which Logback prints at start, and
 * changes nothing.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class ContextVarsConfigurator extends ContextAwareBase implements Configurator {
  private static final String TOO_OLD =
      "contextvars-logback needs Logback 1.5.17 or later: context variables do not show in events";

  /** Called by ServiceLoader. */
  public ContextVarsConfigurator() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    // Older versions have no adapter yet: they set theirs after the Configurators.
    if (!ContextVarsLogback.install(context)) {
      context.getStatusManager().add(new ErrorStatus(TOO_OLD, context));
    }
    return ExecutionStatus.INVOKE_NEXT_IF_ANY;
  }
}
