// SPDX-License-Identifier: Apache-2.0

/** A separate Context for each JUnit test. */
@NullMarked
package dev.contextvars.junit5;

import org.jspecify.annotations.NullMarked;
