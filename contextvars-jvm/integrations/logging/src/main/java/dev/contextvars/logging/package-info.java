// SPDX-License-Identifier: Apache-2.0

/**
 * Context variables in log events.
 *
 * <p>{@link dev.contextvars.logging.LogFields} is for applications: it registers a variable, whose
 * value then shows in every log event of its task. {@link dev.contextvars.logging.EventFields} is
 * for backends, which add the values to their events: the artifacts {@code contextvars-logback} and
 * {@code contextvars-log4j} do that for Logback and Log4j 2.
 */
@NullMarked
package dev.contextvars.logging;

import org.jspecify.annotations.NullMarked;
