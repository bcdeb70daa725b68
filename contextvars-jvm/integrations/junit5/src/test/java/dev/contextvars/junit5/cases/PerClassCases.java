// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import static dev.contextvars.junit5.cases.Variables.CLASS_VALUE;
import static dev.contextvars.junit5.cases.Variables.DEFAULT;
import static dev.contextvars.junit5.cases.Variables.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.contextvars.Context;
import dev.contextvars.ContextSwap;
import dev.contextvars.junit5.ContextVarsExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** With one instance for all tests, the constructor runs in the context of the class. */
@ExtendWith(ContextVarsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PerClassCases {
  private final Context ofClass = ContextSwap.current();

  PerClassCases() {
    CLASS_VALUE.set("of the constructor");
  }

  @BeforeAll
  void beforeAll(Context context) {
    assertSame(ofClass, context);
    assertSame(ofClass, ContextSwap.current());
    assertEquals("of the constructor", CLASS_VALUE.get());
    CLASS_VALUE.set("of @BeforeAll");
  }

  @RepeatedTest(10)
  void readsTheClassAndSetsItsOwn() {
    assertEquals("of @BeforeAll", CLASS_VALUE.get());
    assertEquals(DEFAULT, VALUE.get());
    VALUE.set("of a test");
    CLASS_VALUE.set("of a test");
  }

  @AfterAll
  void afterAll() {
    assertSame(ofClass, ContextSwap.current());
    assertEquals("of @BeforeAll", CLASS_VALUE.get());
  }
}
