// SPDX-License-Identifier: Apache-2.0

/**
 * The persistent map below a context: a hash array mapped trie which knows nothing of contexts.
 *
 * <p>The module does not export this package. {@link dev.contextvars.hamt.Hamt} is public for the
 * core, its tests and its benchmarks.
 */
@NullMarked
package dev.contextvars.hamt;

import org.jspecify.annotations.NullMarked;
