// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * SPI: notifies listeners when another context becomes current ({@code PyContext_AddWatcher} of
 * CPython 3.14).
 *
 * <p>A watcher is called after each enter, exit, run, attach, detach and swap that makes another
 * context current, on the switching thread, with the context that is now current, or null.
 *
 * <pre>{@code
 * AtomicLong switches = new AtomicLong();
 * try (var registration = ContextWatchers.add(context -> switches.incrementAndGet())) {
 *   handle(request);
 * }
 * }</pre>
 *
 * <h2>Notes and cautions on use</h2>
 *
 * <ul>
 *   <li>A {@code set} is not a switch, not even the first one on a thread, which creates an
 *       implicit context. A watcher that copies values elsewhere misses every later change of a
 *       value.
 *   <li>A watcher is not notified of switches that it causes itself.
 *   <li>An exception from a watcher is passed to the thread's uncaught-exception handler. It never
 *       propagates to the code that switched.
 *   <li>Watchers are global. If none is registered, they cost one field read per switch.
 *   <li>If the stack is full, a switch completes and its watchers may not be notified.
 * </ul>
 */
public final class ContextWatchers {
  private static final Watcher[] NONE = {};

  // Copy-on-write: written under the class lock. Volatile: a registration is visible to later
  // switches.
  private static volatile Watcher[] watchers = NONE;

  private ContextWatchers() {}

  /**
   * Adds a watcher, which is notified of all switches that begin after this call; O(w) for w
   * watchers. Any thread may call it.
   *
   * @return a handle; closing it removes the watcher, in O(w)
   * @throws NullPointerException if the watcher is null
   */
  public static Registration add(Consumer<@Nullable Context> watcher) {
    Watcher added = new Watcher(Objects.requireNonNull(watcher, "watcher"));
    synchronized (ContextWatchers.class) {
      Watcher[] updated = Arrays.copyOf(watchers, watchers.length + 1);
      updated[watchers.length] = added;
      watchers = updated;
    }
    return added;
  }

  private static synchronized void remove(Watcher removed) {
    watchers =
        Arrays.stream(watchers).filter(watcher -> watcher != removed).toArray(Watcher[]::new);
  }

  /**
   * Notifies the watchers, unless a watcher caused the switch.
   *
   * @param notifying the slot of the cell that is not null while watchers are notified
   */
  static void notifyAll(@Nullable Object[] cell, int notifying, @Nullable Context current) {
    Watcher[] snapshot = watchers;
    if (snapshot.length == 0 || cell[notifying] != null) {
      return;
    }
    cell[notifying] = true; // a JDK type: the cell must not keep our class loader alive
    try {
      for (Watcher watcher : snapshot) {
        try {
          watcher.listener.accept(current);
        } catch (Throwable failure) {
          report(failure);
        }
      }
    } finally {
      cell[notifying] = null;
    }
  }

  private static void report(Throwable failure) {
    Thread thread = Thread.currentThread();
    try {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    } catch (Throwable ignored) {
      // As the JVM ignores what an uncaught-exception handler throws.
    }
  }

  /** A class and not a record: two registrations of one listener must differ. */
  private static final class Watcher implements Registration {
    final Consumer<@Nullable Context> listener;

    Watcher(Consumer<@Nullable Context> listener) {
      this.listener = listener;
    }

    @Override
    public void close() {
      remove(this);
    }
  }
}
