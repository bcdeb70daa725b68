// SPDX-License-Identifier: Apache-2.0

/**
 * Context variables for the JVM, with the semantics of Python's {@code contextvars} (PEP 567).
 *
 * <p>A {@link dev.contextvars.ContextVar} is declared once, as a constant, and names a value that
 * follows the logical task: a request id, a tenant, a locale. Its values live in a {@link
 * dev.contextvars.Context}, of which a thread has at most one current. {@code set} changes the
 * current context and gives a {@link dev.contextvars.Token}, with which {@code reset} undoes it;
 * {@code run} makes another context current for a while; a copy costs O(1), so that each task can
 * have its own. No context is ever inherited by a new thread, or in any other implicit way.
 */
@NullMarked
package dev.contextvars;

import org.jspecify.annotations.NullMarked;
