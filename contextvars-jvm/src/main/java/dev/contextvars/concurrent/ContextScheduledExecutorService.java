// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent;

import dev.contextvars.ContextTasks;
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
    return executor.schedule(ContextTasks.inCopy(task), delay, unit);
  }

  @Override
  public <T extends @Nullable Object> ScheduledFuture<T> schedule(
      Callable<T> task, long delay, TimeUnit unit) {
    return executor.schedule(ContextTasks.inCopy(task), delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return executor.scheduleAtFixedRate(ContextTasks.inCopy(task), initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return executor.scheduleWithFixedDelay(ContextTasks.inCopy(task), initialDelay, delay, unit);
  }
}
