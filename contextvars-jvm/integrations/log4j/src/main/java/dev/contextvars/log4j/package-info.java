// SPDX-License-Identifier: Apache-2.0

/**
 * Context variables in the log events of Log4j 2.
 *
 * <p>With this artifact on the class path, each event shows the variables registered with {@link
 * dev.contextvars.logging.LogFields}, wherever Log4j reads the context data of an event. No
 * configuration is needed.
 */
@NullMarked
package dev.contextvars.log4j;

import org.jspecify.annotations.NullMarked;
