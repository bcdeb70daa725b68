// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent;

import dev.contextvars.ContextTasks;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Wraps executors and thread factories so that each task runs in a copy of its submitter's context.
 *
 * <p>The values are captured on the submitting thread when the task is submitted. Each run of the
 * task, on the thread that runs it, has a new context with these values: so has each task of {@code
 * invokeAll} and {@code invokeAny}, and each run of a periodic task. If the submitter has no
 * context, the new one is empty.
 *
 * <p>Everything else is delegated to the wrapped executor: threads, queue, futures, rejections and
 * shutdown (including {@code close()} since JDK 19). The wrapped executor receives a wrapper in
 * place of each task. A priority queue therefore cannot compare the tasks. {@code shutdownNow()}
 * returns the wrappers of tasks that were passed to {@code execute}; such a wrapper still runs its
 * task with the captured values if it is submitted elsewhere.
 *
 * <p>A task costs O(1) and two objects, a wrapper and the context; {@link
 * dev.contextvars.ContextTasks} has the details. A returned executor is as thread-safe as the
 * executor that it wraps. A null argument throws a NullPointerException that names the argument,
 * and nothing is submitted.
 */
public final class ContextExecutors {
  private ContextExecutors() {}

  /**
   * Returns an executor that runs each task in its own copy of the submitter's context.
   *
   * <p>The result is also an {@link ExecutorService} or a {@link ScheduledExecutorService} if the
   * argument is one. An executor that is already wrapped is returned unchanged.
   *
   * <pre>{@code
   * Executor async = ContextExecutors.wrap(ForkJoinPool.commonPool());
   * CompletableFuture.supplyAsync(() -> load(TENANT.get()), async);
   * }</pre>
   *
   * @throws NullPointerException if the executor is null
   */
  public static Executor wrap(Executor executor) {
    if (Objects.requireNonNull(executor, "executor") instanceof ExecutorService service) {
      return wrap(service);
    }
    return executor instanceof ContextExecutor ? executor : new ContextExecutor<>(executor);
  }

  /**
   * Returns an executor service that runs each task in its own copy of the submitter's context.
   *
   * <p>The result is also a {@link ScheduledExecutorService} if the argument is one. An executor
   * that is already wrapped is returned unchanged.
   *
   * @throws NullPointerException if the executor is null
   */
  public static ExecutorService wrap(ExecutorService executor) {
    if (Objects.requireNonNull(executor, "executor") instanceof ScheduledExecutorService service) {
      return wrap(service);
    }
    return executor instanceof ContextExecutor<?>
        ? executor
        : new ContextExecutorService<>(executor);
  }

  /**
   * Returns a scheduler that runs each task in its own copy of the submitter's context, and each
   * run of a periodic task in a new copy. An executor that is already wrapped is returned
   * unchanged.
   *
   * @throws NullPointerException if the executor is null
   */
  public static ScheduledExecutorService wrap(ScheduledExecutorService executor) {
    Objects.requireNonNull(executor, "executor");
    return executor instanceof ContextExecutor<?>
        ? executor
        : new ContextScheduledExecutorService(executor);
  }

  /**
   * Returns a factory whose threads run in a copy of the context that is current when {@code
   * newThread} is called.
   *
   * <p>Intended for code that creates one thread per task, on the thread that submits the task:
   *
   * <pre>{@code
   * ThreadFactory factory = ContextExecutors.threadFactory(Thread.ofVirtual().factory());
   * try (var executor = Executors.newThreadPerTaskExecutor(factory)) { … }
   * try (var scope = StructuredTaskScope.open(joiner, cf -> cf.withThreadFactory(factory))) { … }
   * }</pre>
   *
   * <p>It <em>must not be used for a pool</em>. A pool creates a thread when it needs one, on the
   * thread of the current submitter. All later tasks on the new thread would see that submitter's
   * values and each other's changes. Wrap the pool instead.
   *
   * <p>A thread costs one O(1) copy and one wrapper object. A factory that this method returned
   * before is returned unchanged. If the given factory returns null, so does the returned one.
   *
   * @throws NullPointerException if the factory is null
   */
  public static ThreadFactory threadFactory(ThreadFactory factory) {
    Objects.requireNonNull(factory, "factory");
    return factory instanceof ContextThreadFactory ? factory : new ContextThreadFactory(factory);
  }

  private record ContextThreadFactory(ThreadFactory factory) implements ThreadFactory {
    @Override
    public @Nullable Thread newThread(Runnable task) {
      return factory.newThread(ContextTasks.inCopy(task));
    }
  }
}
