// SPDX-License-Identifier: Apache-2.0
package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static shop.Prices.TENANT;

import dev.contextvars.Registration;
import dev.contextvars.SharedThreads;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A test that leaks, for docs/testing.md. Its name keeps it out of the build; see TestingPageSpec.
 */
// snippet: leak
class LeakyPrices {
  private static Registration everyThread;

  @BeforeAll
  static void rejectLeaks() {
    everyThread = SharedThreads.add(thread -> true);
  }

  @AfterAll
  static void allowThemAgain() {
    everyThread.close();
  }

  @Test
  void tenantHasItsOwnPrice() {
    TENANT.set("acme"); // without a context: the value would stay on the thread
    assertEquals(5, Prices.price());
  }
}
// end: leak
