// SPDX-License-Identifier: Apache-2.0

/**
 * Context variables for the JVM, with the semantics of Python's {@code contextvars} (PEP 567).
 *
 * <p>A {@link dev.contextvars.ContextVar} is declared once, as a constant. It names a value that
 * follows the logical task, such as a request id, a tenant or a locale. Its values are stored in a
 * {@link dev.contextvars.Context}; a thread has at most one current context. {@code set} changes
 * the current context and returns a {@link dev.contextvars.Token}, with which {@code reset}
 * restores the previous value. {@code run} runs code with another context as the current one. A
 * copy costs O(1), so each task can have its own. A context is never inherited implicitly, not even
 * by a new thread.
 */
@NullMarked
package dev.contextvars;

import org.jspecify.annotations.NullMarked;
