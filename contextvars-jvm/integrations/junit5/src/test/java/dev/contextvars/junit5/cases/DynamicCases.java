// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import static dev.contextvars.junit5.cases.Variables.CLASS_VALUE;
import static dev.contextvars.junit5.cases.Variables.DEFAULT;
import static dev.contextvars.junit5.cases.Variables.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.contextvars.junit5.ContextVarsExtension;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** A dynamic test has a copy of the context of its factory. */
@ExtendWith(ContextVarsExtension.class)
class DynamicCases {
  @BeforeAll
  static void beforeAll() {
    CLASS_VALUE.set("of the class");
  }

  @BeforeEach
  void beforeEach() {
    assertEquals(DEFAULT, VALUE.get());
    VALUE.set("of @BeforeEach");
  }

  @TestFactory
  Stream<DynamicNode> factory() {
    assertEquals("of @BeforeEach", VALUE.get());
    VALUE.set("of the factory");
    return Stream.of(
        dynamicContainer("ten tests", tests()), dynamicContainer("ten other tests", tests()));
  }

  private static Stream<DynamicNode> tests() {
    return IntStream.range(0, 10).mapToObj(number -> dynamicTest("test " + number, () -> check()));
  }

  private static void check() {
    assertEquals("of the class", CLASS_VALUE.get());
    assertEquals("of the factory", VALUE.get());
    VALUE.set("of a dynamic test");
  }

  @AfterEach
  void afterEach() {
    assertEquals("of the factory", VALUE.get());
  }
}
