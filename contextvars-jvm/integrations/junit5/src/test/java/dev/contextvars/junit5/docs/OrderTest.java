// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.junit5.ContextVarsExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

// snippet: java
@ExtendWith(ContextVarsExtension.class)
class OrderTest {
  static final ContextVar<String> TENANT = new ContextVar<>("tenant", "nobody");

  @BeforeEach
  void setTenant() {
    TENANT.set("acme"); // in the context of the test, and in no other
  }

  @Test
  void usesTheTenant(Context context) {
    assertEquals("acme", TENANT.get());
    assertEquals("acme", context.get(TENANT));
  }
}
// end: java
