// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.spring;

import java.util.List;

/** The response of {@code GET /orders}: the number of all items, and the latest orders. */
record OrderPage(String tenant, long items, List<Order> latest) {}
