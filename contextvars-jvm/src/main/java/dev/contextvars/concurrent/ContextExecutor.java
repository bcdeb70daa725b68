// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent;

import dev.contextvars.Context;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

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
    executor.execute(inCopy(task));
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + executor + "]";
  }

  /** Returns a task that runs the given one in a copy of the calling thread's context. */
  static Runnable inCopy(Runnable task) {
    Objects.requireNonNull(task, "task");
    return Context.copyContext().wrap(task);
  }

  /** Returns a task that calls the given one in a copy of the calling thread's context. */
  static <R extends @Nullable Object> Callable<R> inCopy(Callable<R> task) {
    Objects.requireNonNull(task, "task");
    return Context.copyContext().wrapCallable(task);
  }
}
