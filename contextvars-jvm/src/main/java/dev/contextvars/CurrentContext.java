// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import org.jspecify.annotations.Nullable;

/**
 * Which context is current on a thread: one ThreadLocal for the whole library.
 *
 * <p>It holds a small array per thread, a <em>cell</em>, so that to make another context current is
 * to write a field. The cell is of the JDK's {@code Object[]}: an idle thread of a pool, its cell
 * emptied, keeps neither a value nor this library's class loader alive. All access is by the thread
 * itself.
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
  private static final int LEASE = 2; // what made CURRENT current, where that is a lease
  private static final int WATCHED = 3; // not null while the watchers are being told
  private static final int SIZE = 4;

  private CurrentContext() {}

  /** Returns this thread's current context, if it has one; a mere look makes no cell. */
  static @Nullable Context get() {
    @Nullable Object[] cell = CELL.get();
    return cell == null ? null : (Context) cell[CURRENT];
  }

  /**
   * Returns whether the context is the current one of the thread, the calling one, that has the
   * cell.
   */
  static boolean isCurrent(@Nullable Object[] cell, Object context) {
    return cell[CURRENT] == context;
  }

  /** Returns the lease by which the current context is current, if it is by one. */
  static @Nullable Lease lease() {
    @Nullable Object[] cell = CELL.get();
    return cell == null ? null : lease(cell);
  }

  static @Nullable Lease lease(@Nullable Object[] cell) {
    return (Lease) cell[LEASE];
  }

  /** Returns the current context, or makes the thread one of its own, to set the variable in. */
  static Context getOrCreate(ContextVar<?> variable) {
    Context current = get();
    return current == null ? createOwn(variable) : current;
  }

  private static Context createOwn(ContextVar<?> variable) {
    OwnContextGuard.check(Thread.currentThread(), variable);
    Context own = Context.ownOfThread();
    @Nullable Object[] cell = cell();
    cell[OWN] = own;
    cell[CURRENT] = own; // and no watcher is told: they never are of a set (nor in CPython)
    return own;
  }

  /** Makes a context, or none, the current one, and returns what was; see {@code ContextSwap}. */
  static @Nullable Context swap(@Nullable Context next) {
    @Nullable Object[] cell = CELL.get();
    if (cell == null) {
      if (next == null) {
        return null;
      }
      cell = newCell();
    }
    Context before = (Context) cell[CURRENT];
    if (next == null || next.isOwnOfThread()) {
      cell[OWN] = next;
    }
    installShared(cell, next, null);
    return before;
  }

  /** Makes a context current that is entered lexically; returns what {@link #restore} puts back. */
  static @Nullable Object enter(@Nullable Object[] cell, Context next) {
    Object before = cell[LEASE] == null ? cell[CURRENT] : cell[LEASE];
    install(cell, next, null);
    return before;
  }

  /**
   * Makes a context current for a task that may go on elsewhere; returns what {@link #detach} puts
   * back, null for the thread's own context or none.
   */
  static @Nullable Object attach(Context next) {
    return attach(next, null);
  }

  /**
   * Does the same for a context that others can reach, or for a copy if one of them has entered it.
   */
  static @Nullable Object attach(Lease lease) {
    Context next = lease.claim();
    return attach(next, next == lease.context() ? lease : null);
  }

  private static @Nullable Object attach(Context next, @Nullable Lease lease) {
    @Nullable Object[] cell = cell();
    Object before = cell[LEASE] == null ? cell[CURRENT] : cell[LEASE];
    installShared(cell, next, lease);
    return before == cell[OWN] ? null : before;
  }

  /** Puts back what {@link #attach} returned, on whatever thread that was. */
  static void detach(@Nullable Object before) {
    @Nullable Object[] cell = cell();
    Context left = (Context) cell[CURRENT];
    Context next = contextOf(cell, before);
    if (left != null && left != next) {
      left.release(); // before the watchers are told: they may enter it
    }
    installShared(cell, next, leaseOf(before));
  }

  /** Puts back what {@link #enter} returned, on the same thread. */
  static void restore(@Nullable Object[] cell, @Nullable Object before) {
    install(cell, contextOf(cell, before), leaseOf(before));
  }

  private static @Nullable Lease leaseOf(@Nullable Object before) {
    return before instanceof Lease lease ? lease : null;
  }

  private static @Nullable Context contextOf(@Nullable Object[] cell, @Nullable Object before) {
    if (before instanceof Lease lease) {
      return lease.context();
    }
    return (Context) (before == null ? cell[OWN] : before);
  }

  private static void installShared(
      @Nullable Object[] cell, @Nullable Context next, @Nullable Lease lease) {
    if (next != null) {
      next.share();
    }
    install(cell, next, lease);
  }

  private static void install(
      @Nullable Object[] cell, @Nullable Context next, @Nullable Lease lease) {
    Object left = cell[CURRENT];
    cell[CURRENT] = next;
    if (cell[LEASE] != lease) { // seldom: a look is cheaper than a write
      cell[LEASE] = lease;
    }
    if (left != next) {
      SwitchWatchers.tell(cell, WATCHED, next);
    }
  }

  /** Returns the calling thread's cell, for no other thread and not to be kept. */
  static @Nullable Object[] cell() {
    @Nullable Object[] cell = CELL.get();
    return cell == null ? newCell() : cell;
  }

  private static @Nullable Object[] newCell() {
    @Nullable Object[] cell = new @Nullable Object[SIZE];
    CELL.set(cell);
    return cell;
  }
}
