// SPDX-License-Identifier: Apache-2.0
/** What a change costs, and a copy. */
package dev.contextvars.benchmarks.write;
