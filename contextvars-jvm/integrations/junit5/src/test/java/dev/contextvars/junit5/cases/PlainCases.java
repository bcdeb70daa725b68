// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import static dev.contextvars.junit5.cases.Variables.DEFAULT;
import static dev.contextvars.junit5.cases.Variables.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A class without an annotation: the control, and the case for JUnit's autodetection. */
@TestMethodOrder(MethodOrderer.MethodName.class)
class PlainCases {
  @Test
  void first() {
    VALUE.set("leak");
  }

  @Test
  void second() {
    assertEquals(DEFAULT, VALUE.get());
  }
}
