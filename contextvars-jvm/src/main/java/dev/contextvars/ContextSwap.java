// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * SPI: installs a context on a thread without entering it, as greenlet does in Python.
 *
 * <p>No method of this class checks the state of a context or marks it as entered. Each method acts
 * on the calling thread and costs O(1). Applications should use {@link Context#run}, which checks.
 *
 * <pre>{@code
 * Context before = ContextSwap.swap(task.context());
 * try {
 *   task.step();
 * } finally {
 *   ContextSwap.swap(before);
 * }
 * }</pre>
 */
public final class ContextSwap {
  private ContextSwap() {}

  /**
   * Returns the calling thread's current context itself, not a copy, or null if there is none.
   * Never creates a context.
   */
  public static @Nullable Context current() {
    return ThreadState.current();
  }

  /**
   * Returns whether a thread created the context implicitly, by a {@code set} without a context.
   *
   * <p>An implicit context belongs to its thread, and must not be installed on another one.
   *
   * @throws NullPointerException if the context is null
   */
  public static boolean isImplicit(Context context) {
    return Objects.requireNonNull(context, "context").isImplicit();
  }

  /**
   * Installs a context, or none, on the calling thread, and returns the one that was current, or
   * null if there was none.
   *
   * <p>The caller must later swap the returned context back in, on the same thread. A {@code set}
   * while no context is installed creates an implicit context, which the second swap discards. An
   * implicit context that the thread had before is unchanged.
   */
  public static @Nullable Context swap(@Nullable Context next) {
    return ThreadState.swap(next);
  }

  /**
   * Installs a context on the calling thread for a task that may move to another thread, and
   * returns what {@link #detach} needs to restore the previous one.
   *
   * <p>The context must not be reachable by other code. Use a {@link ContextLease} for any other
   * context.
   *
   * @return a token; null if the thread has no context, or only an implicit one, which must not be
   *     restored on another thread
   * @throws NullPointerException if the context is null
   */
  public static @Nullable Object attach(Context next) {
    return ThreadState.attach(Objects.requireNonNull(next, "next"));
  }

  /**
   * Returns the token that {@link #attach} would return now, without attaching. Intended for
   * integrations that capture the previous state in one place and install a context in another.
   */
  public static @Nullable Object token() {
    return ThreadState.token();
  }

  /**
   * Restores on the calling thread what was current before {@link #attach} or {@link
   * ContextLease#attach}.
   *
   * <p>It may be called more than once with a token, out of order, and on a different thread than
   * the {@code attach}. If the enclosing attachment has already ended on this thread, and the
   * thread has no context now, the call has no effect: it must not leave a context on the thread.
   *
   * @param token the token that {@code attach} returned; null restores the thread's implicit
   *     context, or none
   */
  public static void detach(@Nullable Object token) {
    ThreadState.detach(token);
  }
}
