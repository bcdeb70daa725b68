// SPDX-License-Identifier: Apache-2.0
/**
 * What virtual threads cost that take a context along; on JDK 25, with {@code --enable-preview}.
 */
package dev.contextvars.benchmarks.virtual;
