// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a {@link Context}: the thread that entered it, or the task that was last to resume in
 * it.
 *
 * <p>A thread takes a context from nobody that is certainly in it, and keeps it until it exits. A
 * task takes it from any task, and gives it back when it suspends; that it has lost it shows when
 * it writes.
 */
abstract class ContextOwnership {
  private static final VarHandle OWNER;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(ContextOwnership.class, "owner", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // A Thread, a Lease, or null. Taken by compare-and-set: of two threads that enter one wins. Given
  // back by a release write: the next to enter sees all that was done in here.
  private volatile @Nullable Object owner;

  private final boolean ownOfThread;

  // Whether this was ever made current for a task, or by a swap: that takes no ownership, or none
  // that lasts. Volatile, and so ordered with the reads and writes of the owner.
  private volatile boolean shared;

  // What the thread in here goes back to; only that thread reads or writes it.
  private @Nullable Object previous;

  ContextOwnership(boolean ownOfThread) {
    this.ownOfThread = ownOfThread;
  }

  /** Returns whether a thread made this context, when it set a variable and had none. */
  final boolean isOwnOfThread() {
    return ownOfThread;
  }

  // ---- threads ----

  /** Enters this context for the calling thread, whose cell it is; see {@link Context#enter}. */
  final void enter(@Nullable Object[] cell) {
    if (!takeLexically(CurrentContext.lease(cell))) {
      throw new ContextEnteredException((Context) this);
    }
    previous = CurrentContext.enter(cell, (Context) this);
  }

  /** Exits it likewise; see {@link Context#exit}. */
  final void exit(@Nullable Object[] cell) {
    if (owner != Thread.currentThread() || !CurrentContext.isCurrent(cell, this)) {
      throw owner instanceof Thread
          ? new ContextNotCurrentException((Context) this)
          : new ContextNotEnteredException((Context) this);
    }
    Object before = previous;
    previous = null;
    OWNER.setRelease(
        this, null); // before the watchers are told: as in CPython they find it not entered
    CurrentContext.restore(cell, before);
  }

  /**
   * Exits after a body: its failure, if there is one, matters more than that the exit is refused.
   */
  final void exitAfter(@Nullable Throwable failure, @Nullable Object[] cell) {
    try {
      exit(cell);
    } catch (IllegalStateException refusal) {
      if (failure == null) {
        throw refusal;
      }
      failure.addSuppressed(refusal);
    }
  }

  /**
   * Gives this context to the calling thread, which is current in another one by the lease, if by
   * one; false if someone is in it.
   */
  private boolean takeLexically(@Nullable Lease lease) {
    Object holder;
    do {
      holder = owner;
      if (holder instanceof Thread || isLeasedHere(holder, lease)) {
        return false;
      }
      // A task that is suspended or on another thread can lose the context. Which of the two it is,
      // nothing tells: a thread that has handed on a task restores at leisure.
    } while (!OWNER.compareAndSet(this, holder, Thread.currentThread()));
    return true;
  }

  /** Returns whether a task on this thread runs in this context, perhaps below other contexts. */
  private boolean isLeasedHere(@Nullable Object holder, @Nullable Lease lease) {
    // A coroutine may be over while a joiner, resumed in its tail, already goes on here.
    return (lease != null && lease.context() == this && !lease.isOver())
        || (holder != null && ((Lease) holder).isActiveHere());
  }

  /**
   * Returns whether no other thread can change this context, or have begun to, before the calling
   * one exits: it has entered it, and in no other way was it ever current.
   *
   * <p>A thread that is in here in another way has written that down before it looked for an owner,
   * and this one looks for that after it has become the owner: of the two at least one sees the
   * other.
   */
  final boolean isHeldAlone() {
    return owner == Thread.currentThread() && !shared;
  }

  /** Notes that this context becomes current for somebody who has not entered it. */
  final void share() {
    if (!shared) { // a look is cheaper than a volatile write
      shared = true;
    }
  }

  // ---- tasks ----

  /**
   * Gives this context to a task, even where another task has it; false if a thread has entered it.
   */
  final boolean claim(Lease lease) {
    Object holder;
    do {
      holder = owner;
      if (holder == lease) {
        return true;
      }
      if (holder instanceof Thread) {
        return false;
      }
    } while (!OWNER.compareAndSet(this, holder, lease));
    return true;
  }

  /**
   * Takes this context back from the task that has left it on this thread, if it is still the
   * task's.
   */
  final void release() {
    if (owner instanceof Lease lease && lease.thread() == Thread.currentThread()) {
      // A task that resumes elsewhere this very moment loses its hold, though it is in here: misuse
      // may then go unnoticed, but nothing that is right is refused.
      OWNER.compareAndSet(this, lease, null);
    }
  }

  // ---- writers ----

  final void requireWritable() {
    Thread rival = rival();
    if (rival != null) {
      throw new ContextContendedException((Context) this, rival);
    }
  }

  /**
   * Returns the thread of the one that this context was lost to and that is still in it, or null.
   */
  final @Nullable Thread rival() {
    Object holder = owner;
    if (holder == null || holder == Thread.currentThread()) {
      return null;
    }
    if (holder instanceof Thread thread) {
      return thread;
    }
    Lease lease = (Lease) holder;
    // Tasks that take turns on one thread disturb nobody, nor does one that has ended.
    boolean harmless = lease == CurrentContext.lease() || lease.isActiveHere() || lease.isOver();
    return harmless ? null : lease.thread();
  }
}
