// SPDX-License-Identifier: Apache-2.0

/**
 * What two threads may see of one context, one test for each promise, run by jcstress.
 *
 * <p>An actor is what one of the threads does; jcstress runs the actors of a test against each
 * other some million times, in every mixture of interpreter and compilers, with instructions
 * scheduled at random where the JVM can do that. Any outcome that a test does not list fails the
 * build. What a specification runs in this JVM alone, and for a second, is in {@code RaceSpec}.
 */
@NullMarked
package dev.contextvars.stress;

import org.jspecify.annotations.NullMarked;
