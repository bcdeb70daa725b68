// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spi;

import dev.contextvars.Context;
import dev.contextvars.access.ContextAccess;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A task's hold on a context that other code can reach too, with which misuse is told.
 *
 * <p>While a thread is in the context by {@link Context#run}, the task is not let in: it goes on in
 * a copy, and whoever drives it fails it with {@link #pollRefusal}. While the task is in the
 * context on a thread, {@code run} is refused there. Of two tasks that are in one context on two
 * threads, the one that came first can no more change it.
 *
 * <pre>{@code
 * Object token = lease.attach();
 * try {
 *   IllegalStateException refusal = lease.pollRefusal();
 *   if (refusal == null) task.step(); else task.fail(refusal);
 * } finally {
 *   ContextSwap.detach(token);
 * }
 * }</pre>
 *
 * <p>For one task; handed from thread to thread with it.
 */
public final class ContextLease {
  private static final ContextAccess<Context> CORE = ContextAccess.to(Context.class);

  private final Object lease;

  /**
   * Makes a hold on a context; O(1).
   *
   * @param isOver says whether the task has ended, from any thread, and never throws
   * @throws NullPointerException if an argument is null
   */
  public ContextLease(Context context, BooleanSupplier isOver) {
    this.lease =
        CORE.newLease(
            Objects.requireNonNull(context, "context"), Objects.requireNonNull(isOver, "isOver"));
  }

  /**
   * Makes the context current on this thread, or a copy of it, from now on, if a thread has entered
   * it; O(1), never throws.
   *
   * @return a token for {@link ContextSwap#detach}
   */
  public @Nullable Object attach() {
    return CORE.attachLease(lease);
  }

  /**
   * Returns, once, the exception to fail the task with, after an {@link #attach} that got a copy.
   */
  public @Nullable IllegalStateException pollRefusal() {
    return CORE.pollRefusal(lease);
  }
}
