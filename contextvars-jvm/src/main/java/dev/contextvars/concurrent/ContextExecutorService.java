// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent;

import dev.contextvars.ContextTasks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** An executor service whose tasks run in copies of their submitters' contexts. */
class ContextExecutorService<E extends ExecutorService> extends ContextExecutor<E>
    implements ExecutorService {
  ContextExecutorService(E executor) {
    super(executor);
  }

  @Override
  public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
    return executor.submit(ContextTasks.inCopy(task));
  }

  @Override
  public <T extends @Nullable Object> Future<T> submit(Runnable task, T result) {
    return executor.submit(ContextTasks.inCopy(task), result);
  }

  @Override
  public Future<?> submit(Runnable task) {
    return executor.submit(ContextTasks.inCopy(task));
  }

  @Override
  public <T extends @Nullable Object> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks) throws InterruptedException {
    return executor.invokeAll(inCopies(tasks));
  }

  @Override
  public <T extends @Nullable Object> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException {
    return executor.invokeAll(inCopies(tasks), timeout, unit);
  }

  @Override
  public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    return executor.invokeAny(inCopies(tasks));
  }

  @Override
  public <T extends @Nullable Object> T invokeAny(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return executor.invokeAny(inCopies(tasks), timeout, unit);
  }

  @Override
  public void shutdown() {
    executor.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return executor.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return executor.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return executor.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return executor.awaitTermination(timeout, unit);
  }

  // No @Override, because ExecutorService declares close() only since JDK 19. Its default must not
  // be inherited: it would wait forever for the common pool, whose own close() does nothing.
  public void close() {
    try {
      ((AutoCloseable) executor).close();
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception impossible) { // ExecutorService.close() declares none
      throw new AssertionError(impossible);
    }
  }

  private static <T extends @Nullable Object> List<Callable<T>> inCopies(
      Collection<? extends Callable<T>> tasks) {
    Objects.requireNonNull(tasks, "tasks");
    List<Callable<T>> copies = new ArrayList<>(tasks.size());
    for (Callable<T> task : tasks) {
      copies.add(ContextTasks.inCopy(task));
    }
    return copies;
  }
}
