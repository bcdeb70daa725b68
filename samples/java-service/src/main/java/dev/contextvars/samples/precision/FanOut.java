// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.samples.precision;

import dev.contextvars.Context;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Splits work among the threads of a pool, which see what the caller has set. */
final class FanOut {
  private FanOut() {}

  /**
   * Runs the tasks on the executor, each in a copy of the current context, and returns their
   * results in order.
   *
   * <p>A copy for each, since a context is entered by one thread at a time; and so that what one
   * task sets is seen by none of the others. The copies are made here, on the caller's thread.
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
