// SPDX-License-Identifier: Apache-2.0
/** What it costs to run code in another context. */
package dev.contextvars.benchmarks.run;
