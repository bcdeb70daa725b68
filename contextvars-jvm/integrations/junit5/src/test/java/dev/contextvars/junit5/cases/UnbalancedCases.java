// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import static dev.contextvars.junit5.cases.Variables.DEFAULT;
import static dev.contextvars.junit5.cases.Variables.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.contextvars.Context;
import dev.contextvars.ContextSwap;
import dev.contextvars.junit5.ContextVarsExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that do not restore their context: each fails, and the next method is not affected. */
@ExtendWith(ContextVarsExtension.class)
@TestMethodOrder(MethodOrderer.MethodName.class)
class UnbalancedCases {
  private final Context ofTest = ContextSwap.current();

  @BeforeEach
  void beforeEach() {
    assertEquals(DEFAULT, VALUE.get());
    VALUE.set("of the test");
  }

  @Test
  void attaches() {
    ContextSwap.attach(new Context().with(VALUE, "left behind"));
  }

  @Test
  void enters() {
    new Context().with(VALUE, "left behind").enter();
  }

  @Test
  void entersAndFails() {
    new Context().with(VALUE, "left behind").enter();
    throw new IllegalStateException("the test fails");
  }

  @Test
  void exits(Context context) {
    context.exit();
  }

  @Test
  void restores(Context context) {
    context.exit();
    context.enter();
  }

  @Test
  void swaps() {
    ContextSwap.swap(null);
  }

  @AfterEach
  void afterEach(TestInfo test) {
    assertSame(ofTest, ContextSwap.current());
    assertEquals("of the test", VALUE.get());
    String name = test.getTestMethod().orElseThrow().getName();
    System.out.println("@AfterEach of UnbalancedCases." + name + "=" + VALUE.get());
  }
}
