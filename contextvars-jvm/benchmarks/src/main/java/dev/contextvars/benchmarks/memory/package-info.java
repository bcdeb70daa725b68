// SPDX-License-Identifier: Apache-2.0
/** What the maps and the contexts weigh, to the byte, by JOL. */
package dev.contextvars.benchmarks.memory;
