// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import static dev.contextvars.junit5.cases.Variables.CLASS_VALUE;
import static dev.contextvars.junit5.cases.Variables.DEFAULT;
import static dev.contextvars.junit5.cases.Variables.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.contextvars.junit5.ContextVarsExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A nested class has a copy of the context of the class around it. */
@ExtendWith(ContextVarsExtension.class)
class NestedCases {
  @BeforeAll
  static void beforeAll() {
    CLASS_VALUE.set("outer");
  }

  @BeforeEach
  void beforeEach() {
    VALUE.set("outer @BeforeEach");
  }

  @Test
  void outerTest() {
    assertEquals("outer", CLASS_VALUE.get());
  }

  @Nested
  class First {
    @BeforeAll
    static void beforeAll() {
      assertEquals("outer", CLASS_VALUE.get());
      assertEquals(DEFAULT, VALUE.get());
      CLASS_VALUE.set("first");
    }

    @RepeatedTest(10)
    void nestedTest() {
      assertEquals("first", CLASS_VALUE.get());
      assertEquals("outer @BeforeEach", VALUE.get());
      CLASS_VALUE.set("of a nested test");
    }

    @AfterAll
    static void afterAll() {
      assertEquals("first", CLASS_VALUE.get());
    }
  }

  @Nested
  class Second {
    @RepeatedTest(10)
    void nestedTest() {
      assertEquals("outer", CLASS_VALUE.get());
      CLASS_VALUE.set("of a nested test");
    }
  }

  @AfterAll
  static void afterAll() {
    assertEquals("outer", CLASS_VALUE.get());
  }
}
