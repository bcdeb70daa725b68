// SPDX-License-Identifier: Apache-2.0

/**
 * The persistent map that stores the bindings of a context: a hash array mapped trie. It does not
 * depend on contexts.
 *
 * <p>The module does not export this package. {@link dev.contextvars.hamt.Hamt} is public for the
 * core, its tests and its benchmarks.
 */
@NullMarked
package dev.contextvars.hamt;

import org.jspecify.annotations.NullMarked;
