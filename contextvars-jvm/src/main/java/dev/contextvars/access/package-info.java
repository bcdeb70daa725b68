// SPDX-License-Identifier: Apache-2.0

/**
 * The door between the core and {@code dev.contextvars.spi}: Java has no friend packages.
 *
 * <p>The module does not export this package, so that nothing outside leads past the core's checks.
 */
@NullMarked
package dev.contextvars.access;

import org.jspecify.annotations.NullMarked;
