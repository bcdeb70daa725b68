// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import static dev.contextvars.junit5.cases.Variables.CLASS_VALUE;
import static dev.contextvars.junit5.cases.Variables.DEFAULT;
import static dev.contextvars.junit5.cases.Variables.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.contextvars.Context;
import dev.contextvars.ContextSwap;
import dev.contextvars.junit5.ContextVarsExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Callbacks of another extension set variables on the thread; each test names where. */
@ExtendWith({LeakCases.Leaking.class, ContextVarsExtension.class})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeakCases {
  static final class Leaking implements BeforeEachCallback, AfterTestExecutionCallback {
    @Override
    public void beforeEach(ExtensionContext context) {
      switch (context.getRequiredTestMethod().getName()) {
        case "setBefore" -> {
          VALUE.set("secret");
          CLASS_VALUE.set("secret");
        }
        case "attachedBefore" -> ContextSwap.attach(new Context().with(VALUE, "secret"));
        case "emptyBefore" -> VALUE.set("secret").close();
        default -> {}
      }
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
      if (context.getRequiredTestMethod().getName().startsWith("setAfter")) {
        VALUE.set("secret");
      }
    }
  }

  @Test
  @Order(1)
  void setBefore() {
    assertEquals(DEFAULT, VALUE.get());
  }

  @Test
  @Order(2)
  void follows() {
    assertEquals(DEFAULT, VALUE.get());
  }

  @Test
  @Order(3)
  void attachedBefore() {
    assertEquals(DEFAULT, VALUE.get());
  }

  @Test
  @Order(4)
  void emptyBefore() {
    assertEquals(DEFAULT, VALUE.get());
  }

  @Test
  @Order(5)
  void setAfter() {
    VALUE.set("of the test");
  }

  @Test
  @Order(6)
  void setAfterAFailure() {
    VALUE.set("of the test");
    throw new IllegalStateException("the test fails");
  }

  @AfterEach
  void afterEach(TestInfo test) {
    // Runs also if a callback has leaked a value: it may close what the test has opened.
    System.out.println("@AfterEach of LeakCases." + name(test) + "=" + VALUE.get());
  }

  private static String name(TestInfo test) {
    return test.getTestMethod().orElseThrow().getName();
  }
}
