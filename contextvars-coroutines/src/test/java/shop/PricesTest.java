// SPDX-License-Identifier: Apache-2.0
package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static shop.Prices.TENANT;

import dev.contextvars.Context;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The examples of docs/testing.md with JUnit; they are also run in strict mode. */
// snippet: junit
@ExtendWith(InNewContext.class)
class PricesTest {
  @BeforeEach
  void setTenant() {
    TENANT.set("acme");
  }

  @Test
  void tenantHasItsOwnPrice() {
    assertEquals(5, Prices.price());
  }

  @Test
  void otherTenantsHaveTheCommonPrice() {
    TENANT.set("globex"); // in this test's context: no other test sees it
    assertEquals(7, Prices.price());
  }

  @Test
  void oneCallRunsInAContextOfItsOwn() {
    assertEquals(7, new Context().with(TENANT, "globex").run(Prices::price));
    assertEquals(5, Prices.price());
  }
}
// end: junit
