// SPDX-License-Identifier: Apache-2.0

/** For code that moves tasks between threads: coroutines, schedulers, context propagation. */
@NullMarked
package dev.contextvars.spi;

import org.jspecify.annotations.NullMarked;
