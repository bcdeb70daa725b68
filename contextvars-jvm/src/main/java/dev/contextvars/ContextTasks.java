// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.hamt.Hamt;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * SPI for executors: wraps tasks so that they run in copies of their submitters' contexts.
 *
 * <p>The values are captured when the task is wrapped. Each run of the task has a new context with
 * these values, so no run sees changes made by another one, and runs may overlap. If the calling
 * thread has no context, each run has an empty one.
 *
 * <pre>{@code
 * queue.add(ContextTasks.inCopy(task)); // on the submitting thread
 * queue.take().run(); // on any thread
 * }</pre>
 *
 * <p>Applications should use {@link dev.contextvars.concurrent.ContextExecutors}. A task that must
 * run in one certain context is wrapped by {@link Context#wrap(Runnable)}.
 *
 * <p>Wrapping a task costs one object and O(1), and a run one more. Variables with a copy policy
 * ({@link ContextVarBuilder}) add a copy of the context: their policies are applied when the task
 * is wrapped, and again in each run. If the function of a policy throws, the exception propagates
 * from there.
 */
public final class ContextTasks {
  private ContextTasks() {}

  /**
   * Returns a Runnable that runs the task in a new copy of the context that is current now.
   *
   * @throws NullPointerException if the task is null
   */
  public static Runnable inCopy(Runnable task) {
    Objects.requireNonNull(task, "task");
    Object values = capture();
    return () -> run(values, new Bodies.OfRunnable(task));
  }

  /**
   * Returns a Callable that calls the task in a new copy of the context that is current now.
   *
   * @throws NullPointerException if the task is null
   */
  public static <R extends @Nullable Object> Callable<R> inCopy(Callable<? extends R> task) {
    Objects.requireNonNull(task, "task");
    Object values = capture();
    return () -> run(values, new Bodies.OfCallable<R>(task));
  }

  /**
   * Returns the current context's map, or a copy of the context if there is more to do: copy
   * policies, or an event for the flight recorder.
   */
  private static Object capture() {
    Context current = ThreadState.current();
    if (current == null) {
      return Hamt.empty();
    }
    Hamt<ContextVar<?>, @Nullable Object> bindings = current.snapshot(); // before the keys
    return current.copyPolicyKeys().isEmpty() && !FlightEvents.isCopyRecorded()
        ? bindings
        : current.copy();
  }

  @SuppressWarnings("unchecked") // see capture
  private static <R extends @Nullable Object> R run(Object values, Supplier<? extends R> body) {
    return values instanceof Context copy
        ? ThreadState.run(copy.copy(), false, body, Wrappers.KIND)
        : ThreadState.run(
            Context.newEntered(
                (Hamt<ContextVar<?>, @Nullable Object>) values, Thread.currentThread()),
            true,
            body,
            Wrappers.KIND);
  }
}
