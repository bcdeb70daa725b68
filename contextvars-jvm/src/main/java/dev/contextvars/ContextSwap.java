// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * SPI: installs a context on a thread without entering it, as greenlet swaps a pointer.
 *
 * <p>Nothing here throws for a state of the context, or marks a context as entered. Every function
 * costs O(1). Applications should use {@link Context#run}, which checks.
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
   * Returns the context that is current on the calling thread, itself and not a copy, or null if
   * there is none. Creates nothing.
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
   * <p>The caller must put back exactly what it got, on the same thread. A {@code set} made while
   * no context is installed is gone after that; the implicit context that the thread had before is
   * as it was.
   */
  public static @Nullable Context swap(@Nullable Context next) {
    return ThreadState.swap(next);
  }

  /**
   * Installs a context on the calling thread for a task that may move to another thread, and
   * returns what {@link #detach} needs to restore the previous one.
   *
   * <p>For a context that no other code can reach. Use a {@link ContextLease} for any other.
   *
   * @return a token; null if the thread has no context, or only an implicit one, which must not be
   *     restored on another thread
   * @throws NullPointerException if the context is null
   */
  public static @Nullable Object attach(Context next) {
    return ThreadState.attach(Objects.requireNonNull(next, "next"));
  }

  /**
   * Returns the token that {@link #attach} would return now, and changes nothing; for integrations
   * that capture the previous state in one place and install a context in another.
   */
  public static @Nullable Object token() {
    return ThreadState.token();
  }

  /**
   * Restores on the calling thread what was current before {@link #attach} or {@link
   * ContextLease#attach}.
   *
   * <p>It may be called twice with one token, in any order with others, and on another thread than
   * the token was created on. If the attachment that a token was nested in has already ended on
   * this thread, and the thread has no context now, nothing changes: the thread stays clean.
   *
   * @param token what {@code attach} returned; null leaves the thread with its implicit context, or
   *     none
   */
  public static void detach(@Nullable Object token) {
    ThreadState.detach(token);
  }
}
