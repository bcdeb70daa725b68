// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import static dev.contextvars.junit5.cases.Variables.DEFAULT;
import static dev.contextvars.junit5.cases.Variables.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.contextvars.ContextSwap;
import dev.contextvars.junit5.ContextVarsExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two registrations have the effect of one. */
@ExtendWith(ContextVarsExtension.class)
class RegisteredTwiceCases {
  @RegisterExtension static final ContextVarsExtension AGAIN = new ContextVarsExtension();
  private final Object ofTest = ContextSwap.current();

  @BeforeEach
  void beforeEach() {
    assertEquals(DEFAULT, VALUE.get());
    VALUE.set("of @BeforeEach");
  }

  @RepeatedTest(2)
  void sharesTheContext() {
    assertSame(ofTest, ContextSwap.current());
    assertEquals("of @BeforeEach", VALUE.get());
  }
}
