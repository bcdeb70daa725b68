// SPDX-License-Identifier: Apache-2.0

/**
 * Tests of the concurrency guarantees of contexts, variables and tokens, run by jcstress.
 *
 * <p>An actor is the code of one thread. jcstress runs the actors of a test concurrently, millions
 * of times, with all combinations of interpreter and compilers, and with randomized instruction
 * scheduling if the JVM supports it. An outcome that a test forbids fails the build. The normal
 * build runs some of the tests for a second each.
 */
@NullMarked
package dev.contextvars.stress;

import org.jspecify.annotations.NullMarked;
