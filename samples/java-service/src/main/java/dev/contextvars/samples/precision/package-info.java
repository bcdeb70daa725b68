// SPDX-License-Identifier: Apache-2.0

/**
 * A service which computes with as many digits as each request asks for.
 *
 * <p>{@link dev.contextvars.samples.precision.Precision} is an ambient setting, as the context of
 * Python's {@code decimal} module is: {@code PrecisionServer} gives each request a context of its
 * own and sets it there, {@code Decimals} and {@code Pi} read it however deep they are called, and
 * no method in between passes it on.
 */
@NullMarked
package dev.contextvars.samples.precision;

import org.jspecify.annotations.NullMarked;
