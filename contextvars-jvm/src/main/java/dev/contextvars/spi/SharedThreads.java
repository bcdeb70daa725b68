// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spi;

import dev.contextvars.Context;
import dev.contextvars.access.ContextAccess;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The threads on which a {@code set} without a context is refused, for they run the tasks of many:
 * one would find what another has set.
 *
 * <p>The workers of kotlinx.coroutines are such threads. The system property {@code
 * contextvars.guard=off} switches the check off from the start.
 */
public final class SharedThreads {
  private static final ContextAccess<Context> CORE = ContextAccess.to(Context.class);

  private SharedThreads() {}

  /**
   * Counts the threads that the predicate accepts as shared, for good.
   *
   * <p>It is asked when a thread is to get a context of its own, on that thread, and an exception
   * from it comes out of the {@code set}.
   *
   * @throws NullPointerException if the predicate is null
   */
  public static void add(Predicate<Thread> isShared) {
    CORE.addSharedThreads(Objects.requireNonNull(isShared, "isShared"));
  }

  /** Switches the check on or off, for all threads. */
  public static void setGuarded(boolean guarded) {
    CORE.guardSharedThreads(guarded);
  }
}
