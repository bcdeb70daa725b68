// SPDX-License-Identifier: Apache-2.0
package shop;

import dev.contextvars.ContextVar;

// snippet: prices
/** The code under test. */
final class Prices {
  static final ContextVar<String> TENANT = new ContextVar<>("tenant");

  static int price() {
    return TENANT.get().equals("acme") ? 5 : 7;
  }
}
// end: prices
