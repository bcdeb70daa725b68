// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * Which context is current on a thread: one ThreadLocal for the whole library.
 *
 * <p>It holds a small array per thread, so that to make another context current is to write a
 * field. The array is of the JDK's {@code Object[]}: an idle thread of a pool, its cell emptied,
 * keeps neither a value nor this library's class loader alive. All access is by the thread itself.
 *
 * <p>A thread without a context that sets a variable gets one of its own, which stays in the cell's
 * second place while others are current. A coroutine that finds it says "nothing was here" ({@link
 * #attach} returns null): what it is to put back may be put back on another thread, and must not
 * carry one thread's own values there.
 */
final class CurrentContext {
  private static final ThreadLocal<@Nullable Object[]> CELL = new ThreadLocal<>();

  private static final int CURRENT = 0;
  private static final int OWN = 1;

  private CurrentContext() {}

  /** Returns this thread's current context, if it has one; a mere look makes no cell. */
  static @Nullable Context get() {
    @Nullable Object[] cell = CELL.get();
    return cell == null ? null : (Context) cell[CURRENT];
  }

  static Context getOrCreate() {
    Context current = get();
    return current == null ? createOwn() : current;
  }

  private static Context createOwn() {
    Context own = Context.ownOfThread();
    swap(own);
    return own;
  }

  /** Makes a context, or none, the current one, and returns what was; see {@code ContextSwap}. */
  static @Nullable Context swap(@Nullable Context next) {
    @Nullable Object[] cell = CELL.get();
    if (cell == null) {
      cell = newCell();
    }
    Context before = (Context) cell[CURRENT];
    cell[CURRENT] = next;
    if (next == null || next.isOwnOfThread()) {
      cell[OWN] = next;
    }
    return before;
  }

  /** Makes a context the current one, and returns what was, null for the thread's own or none. */
  static @Nullable Context attach(Context next) {
    @Nullable Object[] cell = CELL.get();
    if (cell == null) {
      cell = newCell();
    }
    Context before = (Context) cell[CURRENT];
    cell[CURRENT] = next;
    return before == cell[OWN] ? null : before;
  }

  /** Puts back what {@link #attach} returned, on whatever thread that was. */
  static void detach(@Nullable Context before) {
    @Nullable Object[] cell = CELL.get();
    if (cell == null) {
      cell = newCell();
    }
    cell[CURRENT] = before == null ? cell[OWN] : before;
  }

  private static @Nullable Object[] newCell() {
    @Nullable Object[] cell = new @Nullable Object[2];
    CELL.set(cell);
    return cell;
  }
}
