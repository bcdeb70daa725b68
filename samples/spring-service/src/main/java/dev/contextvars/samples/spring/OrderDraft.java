// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.spring;

/** An order as a client sends it. */
record OrderDraft(String customer, int items) {
  OrderDraft {
    if (customer == null || !customer.matches("[\\p{L} .'-]{1,100}")) {
      throw new IllegalArgumentException("customer must be a name of at most 100 letters");
    }
    if (items < 1) {
      throw new IllegalArgumentException("items must be positive, not " + items);
    }
  }
}
