// SPDX-License-Identifier: Apache-2.0
/**
 * What the hot operations cost when several threads do them: run with {@code -t 1}, {@code -t 2}.
 */
package dev.contextvars.benchmarks.scale;
