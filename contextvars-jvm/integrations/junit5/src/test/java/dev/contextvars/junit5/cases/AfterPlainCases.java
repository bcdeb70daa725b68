// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import static dev.contextvars.junit5.cases.Variables.DEFAULT;
import static dev.contextvars.junit5.cases.Variables.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.contextvars.junit5.ContextVarsExtension;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs after PlainCases, on the thread that has its leak. */
@ExtendWith(ContextVarsExtension.class)
@TestMethodOrder(MethodOrderer.MethodName.class)
class AfterPlainCases {
  @Test
  void first() {
    assertEquals(DEFAULT, VALUE.get());
  }

  @Test
  void second() {
    assertEquals(DEFAULT, VALUE.get());
  }
}
