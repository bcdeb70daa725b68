// SPDX-License-Identifier: Apache-2.0

/** A propagator that merges OpenTelemetry's baggage with context variables. */
@NullMarked
package dev.contextvars.opentelemetry;

import org.jspecify.annotations.NullMarked;
