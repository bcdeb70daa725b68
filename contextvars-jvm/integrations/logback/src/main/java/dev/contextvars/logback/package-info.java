// SPDX-License-Identifier: Apache-2.0

/**
 * Context variables in the log events of Logback.
 *
 * <p>With this artifact on the class path, each event of the default {@code LoggerContext} shows
 * the variables registered with {@link dev.contextvars.logging.LogFields}, wherever Logback reads
 * the MDC of an event. No configuration is needed. {@link
 * dev.contextvars.logback.ContextVarsLogback} is for LoggerContexts that the application creates,
 * and for health checks.
 */
@NullMarked
package dev.contextvars.logback;

import org.jspecify.annotations.NullMarked;
