// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.spring;

/** A stored order. */
record Order(long id, String tenant, String customer, int items, String requestId) {}
