// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spi;

import dev.contextvars.Context;
import dev.contextvars.access.ContextAccess;
import org.jspecify.annotations.Nullable;

/**
 * Makes a context current on a thread without entering it: greenlet's pointer swap.
 *
 * <p>Nothing here throws, checks, or marks a context as entered; all is O(1). Applications use
 * {@link Context#run}, which does check.
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
  private static final ContextAccess<Context> CORE = ContextAccess.to(Context.class);

  private ContextSwap() {}

  /**
   * Returns the context that is current on this thread, itself and no copy, or null if there is
   * none.
   */
  public static @Nullable Context current() {
    return CORE.current();
  }

  /**
   * Makes a context, or none, current on this thread, and returns the one that was, or null if
   * there was none.
   *
   * <p>The caller puts back exactly what it got, on the same thread.
   */
  public static @Nullable Context swap(@Nullable Context next) {
    return CORE.swap(next);
  }

  /**
   * Makes a context current on this thread, for a task that may go on elsewhere, and returns what
   * {@link #detach} puts back.
   *
   * <p>For a context that no other code can reach; for any other there is {@link ContextLease}.
   *
   * @return a token, null if the thread has no context but one that it made for itself in a {@code
   *     set}: that one belongs to no other thread
   */
  public static @Nullable Object attach(Context next) {
    return CORE.attach(next);
  }

  /**
   * Makes current on this thread what was before {@link #attach} or {@link ContextLease#attach}.
   *
   * <p>It may be called twice with one token, in any order with others, and on another thread than
   * the token was made on.
   *
   * @param token what {@code attach} returned; null leaves the thread with its own context, or none
   */
  public static void detach(@Nullable Object token) {
    CORE.detach(token);
  }
}
