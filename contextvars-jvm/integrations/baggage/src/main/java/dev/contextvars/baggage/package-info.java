// SPDX-License-Identifier: Apache-2.0

/** An allow-list of context variables, and their values in the HTTP header {@code baggage}. */
@NullMarked
package dev.contextvars.baggage;

import org.jspecify.annotations.NullMarked;
