// SPDX-License-Identifier: Apache-2.0
/**
 * The contenders of the benchmarks: each with its keys bound on the thread that measures, and
 * nothing of the others beside them.
 */
package dev.contextvars.benchmarks.peers;
