// SPDX-License-Identifier: Apache-2.0

/**
 * A service that computes with the number of digits that each request specifies.
 *
 * <p>{@link dev.contextvars.samples.precision.Precision} is an ambient setting, like the context of
 * Python's {@code decimal} module. {@code PrecisionServer} runs each request in its own context and
 * sets the precision there. {@code Decimals} and {@code Pi} read it at any call depth, and no
 * method in between has a parameter for it.
 */
@NullMarked
package dev.contextvars.samples.precision;

import org.jspecify.annotations.NullMarked;
