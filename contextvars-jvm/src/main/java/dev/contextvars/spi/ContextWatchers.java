// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spi;

import dev.contextvars.Context;
import dev.contextvars.access.ContextAccess;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells who wants to know that another context is current: {@code PyContext_AddWatcher} of CPython
 * 3.14.
 *
 * <p>A watcher is called after each enter, exit, run and swap of any thread which makes another
 * context current, on that thread, with the context now current, or null; never on a set, be it the
 * one that gives a thread a context of its own. It is not told of switches that it makes itself. An
 * exception from it goes to the thread's handler of uncaught exceptions, and never to the code that
 * switched. Watchers are global; where there is none, a switch costs one more read of a field.
 *
 * <pre>{@code
 * ContextWatchers.add(context -> MDC.put("tenant", context == null ? null : context.get(TENANT)));
 * }</pre>
 */
public final class ContextWatchers {
  private static final ContextAccess<Context> CORE = ContextAccess.to(Context.class);

  private ContextWatchers() {}

  /**
   * Adds a watcher, which is told of all switches that begin after this; O(w) for w watchers.
   *
   * @throws NullPointerException if the watcher is null
   */
  public static void add(Consumer<@Nullable Context> watcher) {
    CORE.addWatcher(Objects.requireNonNull(watcher, "watcher"));
  }

  /**
   * Takes back one {@link #add} of the watcher, and returns whether there was one; O(w).
   *
   * @throws NullPointerException if the watcher is null
   */
  public static boolean remove(Consumer<@Nullable Context> watcher) {
    return CORE.removeWatcher(Objects.requireNonNull(watcher, "watcher"));
  }
}
