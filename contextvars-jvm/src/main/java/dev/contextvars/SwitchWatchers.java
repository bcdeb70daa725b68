// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who want to know which context is current, told after each switch on the switching thread.
 */
final class SwitchWatchers {
  // Replaced whole, under the class's lock. Volatile: who is added before a switch is told of it.
  private static volatile Consumer<@Nullable Context>[] watchers = none();

  private SwitchWatchers() {}

  static synchronized void add(Consumer<@Nullable Context> watcher) {
    Consumer<@Nullable Context>[] more = Arrays.copyOf(watchers, watchers.length + 1);
    more[watchers.length] = watcher;
    watchers = more;
  }

  /** Removes one addition of the watcher, the latest; returns whether there was one. */
  static synchronized boolean remove(Consumer<@Nullable Context> watcher) {
    int at = Arrays.asList(watchers).lastIndexOf(watcher);
    if (at < 0) {
      return false;
    }
    Consumer<@Nullable Context>[] fewer = Arrays.copyOf(watchers, watchers.length - 1);
    System.arraycopy(watchers, at + 1, fewer, at, fewer.length - at);
    watchers = fewer;
    return true;
  }

  /**
   * Tells the watchers, unless this is a watcher's own switch, for which the cell has a mark.
   *
   * <p>Nothing comes out of here: the machinery of coroutines would hang on an exception.
   */
  static void tell(@Nullable Object[] cell, int mark, @Nullable Context current) {
    Consumer<@Nullable Context>[] told = watchers;
    if (told.length == 0 || cell[mark] != null) {
      return;
    }
    cell[mark] = true; // a JDK type: the cell pins no class loader
    for (Consumer<@Nullable Context> watcher : told) {
      try {
        watcher.accept(current);
      } catch (Throwable failure) {
        report(failure);
      }
    }
    cell[mark] = null;
  }

  private static void report(Throwable failure) {
    Thread thread = Thread.currentThread();
    try {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    } catch (Throwable handlersOwn) {
      // As the JVM does with what such a handler throws: nobody is left to tell.
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type cannot be made otherwise
  private static Consumer<@Nullable Context>[] none() {
    return new Consumer[0];
  }
}
