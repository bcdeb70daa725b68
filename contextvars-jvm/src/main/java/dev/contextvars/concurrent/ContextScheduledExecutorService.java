// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent;

import dev.contextvars.Context;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A scheduler whose tasks run in copies of their submitters' contexts. */
final class ContextScheduledExecutorService extends ContextExecutorService<ScheduledExecutorService>
    implements ScheduledExecutorService {
  ContextScheduledExecutorService(ScheduledExecutorService executor) {
    super(executor);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return executor.schedule(inCopy(task), delay, unit);
  }

  @Override
  public <T extends @Nullable Object> ScheduledFuture<T> schedule(
      Callable<T> task, long delay, TimeUnit unit) {
    return executor.schedule(inCopy(task), delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return executor.scheduleAtFixedRate(inNewCopies(task), initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return executor.scheduleWithFixedDelay(inNewCopies(task), initialDelay, delay, unit);
  }

  private static Runnable inNewCopies(Runnable task) {
    Objects.requireNonNull(task, "task");
    Context snapshot = Context.copyContext();
    return () -> snapshot.copy().wrap(task).run();
  }
}
