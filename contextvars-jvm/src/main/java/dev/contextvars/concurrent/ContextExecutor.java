// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent;

import dev.contextvars.ContextTasks;
import java.util.concurrent.Executor;

/**
 * An executor whose tasks run in copies of their submitters' contexts; the base class of all
 * wrapped executors.
 */
class ContextExecutor<E extends Executor> implements Executor {
  final E executor;

  ContextExecutor(E executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(ContextTasks.inCopy(task));
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + executor + "]";
  }
}
