// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5.cases;

import static dev.contextvars.junit5.cases.Variables.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.contextvars.Context;
import dev.contextvars.ContextSwap;
import dev.contextvars.junit5.ContextVarsExtension;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A thread is still in the test's context while @AfterEach runs: what a test does that ignores its
 * time-out. The callback stands for it, because a time-out may expire before the test begins.
 */
@ExtendWith({ContextVarsExtension.class, EntersTheContext.class})
class StillRunningCases extends RunsLast {
  @Test
  void setsItsValue() {
    VALUE.set("of the test");
  }

  @AfterEach
  void runsInACopy(Context context) {
    assertNotSame(ofTest, ContextSwap.current());
    assertEquals("of the test", VALUE.get());
    VALUE.set("of @AfterEach");
  }
}

/** Its @AfterEach runs after that of the subclass. */
abstract class RunsLast {
  final Context ofTest = ContextSwap.current();
  private final CountDownLatch released = new CountDownLatch(1);
  private Thread running;

  void startThread() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    running =
        new Thread(
            () ->
                ofTest.execute(
                    () -> {
                      entered.countDown();
                      awaitRelease();
                      System.out.println("StillRunningCases thread reads=" + VALUE.get());
                    }));
    running.start();
    entered.await();
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void runsInTheSameCopy() throws InterruptedException {
    assertNotSame(ofTest, ContextSwap.current());
    assertEquals("of @AfterEach", VALUE.get());
    released.countDown();
    running.join();
    assertEquals("of the test", ofTest.get(VALUE));
    System.out.println("StillRunningCases.afterEach=done");
  }
}

final class EntersTheContext implements AfterTestExecutionCallback {
  @Override
  public void afterTestExecution(ExtensionContext scope) throws InterruptedException {
    ((RunsLast) scope.getRequiredTestInstance()).startThread();
  }
}
