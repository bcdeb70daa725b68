// SPDX-License-Identifier: Apache-2.0
/** What a read costs. */
package dev.contextvars.benchmarks.read;
