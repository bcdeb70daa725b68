// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import dev.contextvars.Context;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Distributes tasks to the threads of a pool, which see the values that the caller has set. */
final class FanOut {
  private FanOut() {}

  /**
   * Runs the tasks on the executor, each in a copy of the current context, and returns their
   * results in order.
   *
   * <p>Each task needs its own copy, because only one thread at a time can enter a context. The
   * copy also hides a task's changes from the other tasks. The copies are created here, on the
   * caller's thread.
   *
   * @throws java.util.concurrent.CompletionException if a task fails, with the failure as its cause
   */
  static <T> List<T> all(Executor executor, List<Supplier<T>> tasks) {
    List<CompletableFuture<T>> running =
        tasks.stream().map(task -> start(executor, Context.copyContext(), task)).toList();
    return running.stream().map(CompletableFuture::join).toList();
  }

  private static <T> CompletableFuture<T> start(Executor executor, Context own, Supplier<T> task) {
    return CompletableFuture.supplyAsync(() -> own.run(task), executor);
  }
}
