// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import static dev.contextvars.junit5.cases.Variables.DEFAULT;
import static dev.contextvars.junit5.cases.Variables.VALUE;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.contextvars.Context;
import dev.contextvars.ContextSwap;
import dev.contextvars.junit5.ContextVarsExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The threads that JUnit runs tests on: those of the parallel mode, and of time-outs. */
@ExtendWith(ContextVarsExtension.class)
class ThreadCases {
  private Thread thread;

  @BeforeEach
  void beforeEach() {
    assertEquals(DEFAULT, VALUE.get());
    VALUE.set("of @BeforeEach");
    thread = Thread.currentThread();
  }

  @RepeatedTest(200)
  void keepsItsValue(RepetitionInfo repetition) {
    String value = "of repetition " + repetition.getCurrentRepetition();
    VALUE.set(value);
    Thread.yield(); // on a busy machine this takes milliseconds
    assertEquals(value, VALUE.get());
    VALUE.set("of the test");
  }

  @RepeatedTest(20)
  @Timeout(value = 5, unit = MINUTES, threadMode = SEPARATE_THREAD)
  void runsOnASeparateThread(Context context) {
    assertNotEquals(thread, Thread.currentThread());
    assertSame(context, ContextSwap.current());
    assertEquals("of @BeforeEach", VALUE.get());
    VALUE.set("of the test");
  }

  @AfterEach
  void afterEach() {
    assertSame(thread, Thread.currentThread());
    assertEquals("of the test", VALUE.get());
  }
}
