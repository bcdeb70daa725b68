// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * SPI: registers shared threads, on which a {@code set} without a context throws {@link
 * ContextRequiredException}.
 *
 * <p>A shared thread runs unrelated tasks one after another. Such a {@code set} would create an
 * implicit context on the thread, and the next task would see the value. The workers of
 * kotlinx.coroutines, and code that a coroutine runs, are recognized without a registration. The
 * system property {@code contextvars.guard} ({@code off}, {@code on}, {@code strict}) is read once,
 * when the library is initialized.
 *
 * <pre>{@code
 * SharedThreads.add(thread -> thread instanceof EventLoopThread);
 * }</pre>
 */
public final class SharedThreads {
  // Copy-on-write: written under the class lock. Volatile: a registration is visible to later sets.
  private static volatile Entry[] entries = {};

  private SharedThreads() {}

  /**
   * Registers all threads that match the predicate as shared; O(n) for n registrations.
   *
   * <p>The predicate is called on the thread that is about to get an implicit context, and must be
   * thread-safe. If it throws, the exception propagates from the {@code set}, and nothing is set.
   * Any thread may call this method.
   *
   * @return a handle; closing it removes the predicate
   * @throws NullPointerException if the predicate is null
   */
  public static Registration add(Predicate<Thread> isShared) {
    Entry added = new Entry(Objects.requireNonNull(isShared, "isShared"));
    synchronized (SharedThreads.class) {
      Entry[] updated = Arrays.copyOf(entries, entries.length + 1);
      updated[entries.length] = added;
      entries = updated;
    }
    return added;
  }

  /**
   * Returns whether a {@code set} by the calling code would throw, because it has no context or
   * because another task has taken over the context. Changes nothing.
   *
   * <p>O(1) if the thread has a current context; otherwise it may walk the stack, as the {@code
   * set} would.
   */
  public static boolean isSetRejected() {
    return ThreadState.isSetRejected();
  }

  static boolean contains(Thread thread) {
    for (Entry entry : entries) {
      if (entry.isShared.test(thread)) {
        return true;
      }
    }
    return false;
  }

  private static synchronized void remove(Entry removed) {
    entries = Arrays.stream(entries).filter(entry -> entry != removed).toArray(Entry[]::new);
  }

  /** A class and not a record: two registrations of one predicate must differ. */
  private static final class Entry implements Registration {
    final Predicate<Thread> isShared;

    Entry(Predicate<Thread> isShared) {
      this.isShared = isShared;
    }

    @Override
    public void close() {
      remove(this);
    }
  }
}
