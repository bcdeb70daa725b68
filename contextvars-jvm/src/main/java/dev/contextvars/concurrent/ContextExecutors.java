// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.concurrent;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Wraps executors and thread factories so that each task runs in a copy of its submitter's context.
 *
 * <p>A wrapped executor takes the copy on the submitting thread, when the task is submitted, and
 * enters it where the task runs. A submitter without a context gives its task an empty one. Each of
 * the tasks of {@code invokeAll} and {@code invokeAny} has its own copy. A periodic task has a
 * fresh copy of the submitter's values, as they were at submission, for every run: no run sees what
 * another one set.
 *
 * <p>All else is the wrapped executor's: its threads, queue, futures, rejections and shutdown (with
 * {@code close()} from JDK 19 on). It is handed a wrapper in place of the task, which has
 * consequences for an executor that looks at its tasks: a queue cannot compare them, and {@code
 * shutdownNow()} returns the wrappers of tasks that were given to {@code execute}; such a one,
 * submitted elsewhere, still runs in its copy.
 *
 * <p>A task costs one O(1) copy and one wrapper object; a periodic one costs that for every run.
 * The executors returned are as safe for use by several threads as what they wrap. A null argument
 * is refused with a NullPointerException that names it, before anything is submitted.
 */
public final class ContextExecutors {
  private ContextExecutors() {}

  /**
   * Returns an executor that runs each task in its own copy of the submitter's context.
   *
   * <p>The result can do what the argument can: it is an {@link ExecutorService}, or a {@link
   * ScheduledExecutorService}, if that is one. A wrapped executor is returned as it is.
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
   * <p>The result is a {@link ScheduledExecutorService} if the argument is one. A wrapped executor
   * is returned as it is.
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
   * run of a periodic task in a fresh one. A wrapped executor is returned as it is.
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
   * Returns a factory whose threads run in a copy of the context that is current where {@code
   * newThread} is called.
   *
   * <p>It is for those who make a thread for each task, in the code that the task comes from:
   *
   * <pre>{@code
   * ThreadFactory factory = ContextExecutors.threadFactory(Thread.ofVirtual().factory());
   * try (var executor = Executors.newThreadPerTaskExecutor(factory)) { … }
   * try (var scope = StructuredTaskScope.open(joiner, cf -> cf.withThreadFactory(factory))) { … }
   * }</pre>
   *
   * <p>It is <em>not for pools</em>. A pool makes a thread whenever it needs one more, on the
   * thread of some submitter; all later tasks on it, of whatever submitter, would see that one's
   * values and each other's changes. Wrap the pool instead.
   *
   * <p>A thread costs one O(1) copy and one wrapper object. A factory made here is returned as it
   * is. Where the given factory returns null, refusing a thread, so does this one.
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
      return factory.newThread(ContextExecutor.inCopy(task));
    }
  }
}
