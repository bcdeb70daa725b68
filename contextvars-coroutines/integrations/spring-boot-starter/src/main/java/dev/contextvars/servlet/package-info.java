// SPDX-License-Identifier: Apache-2.0

/** A {@link dev.contextvars.Context} for each request of a servlet container; needs no Spring. */
@NullMarked
package dev.contextvars.servlet;

import org.jspecify.annotations.NullMarked;
