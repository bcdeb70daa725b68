// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import static dev.contextvars.junit5.cases.Variables.CLASS_VALUE;
import static dev.contextvars.junit5.cases.Variables.DEFAULT;
import static dev.contextvars.junit5.cases.Variables.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.contextvars.Context;
import dev.contextvars.ContextSwap;
import dev.contextvars.junit5.ContextVarsExtension;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All methods of one test share its context, and no other test sees it. */
@ExtendWith(ContextVarsExtension.class)
class LifecycleCases {
  private static final AtomicReference<Context> OF_CLASS = new AtomicReference<>();
  private final Context ofTest;

  LifecycleCases(Context context) {
    assertSame(ContextSwap.current(), context);
    assertEquals("of the class", CLASS_VALUE.get());
    assertEquals(DEFAULT, VALUE.get());
    VALUE.set("of the constructor");
    ofTest = context;
  }

  @BeforeAll
  static void beforeAll(Context context) {
    assertSame(ContextSwap.current(), context);
    assertEquals(DEFAULT, CLASS_VALUE.get());
    CLASS_VALUE.set("of the class");
    OF_CLASS.set(context);
  }

  @BeforeEach
  void beforeEach(Context context) {
    assertSame(ofTest, context);
    assertSame(ofTest, ContextSwap.current());
    assertNotSame(OF_CLASS.get(), context);
    assertEquals("of the constructor", VALUE.get());
    VALUE.set("of @BeforeEach");
  }

  @Test
  void oneTest(Context context) {
    check(context, "one");
  }

  @Test
  void anotherTest(Context context) {
    check(context, "two");
  }

  @RepeatedTest(100)
  void repetition(Context context) {
    check(context, "a repetition");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void parameterized(int number, Context context) {
    check(context, "parameter set " + number);
  }

  private void check(Context context, String value) {
    assertSame(ofTest, context);
    assertSame(ofTest, ContextSwap.current());
    assertEquals("of @BeforeEach", VALUE.get());
    VALUE.set(value);
    CLASS_VALUE.set(value);
  }

  @AfterEach
  void afterEach(Context context) {
    assertSame(ofTest, context);
    assertSame(ofTest, ContextSwap.current());
    assertEquals(CLASS_VALUE.get(), VALUE.get());
  }

  @AfterAll
  static void afterAll(Context context) {
    assertSame(OF_CLASS.get(), context);
    assertSame(OF_CLASS.get(), ContextSwap.current());
    assertEquals("of the class", CLASS_VALUE.get());
    assertEquals(DEFAULT, VALUE.get());
  }
}
